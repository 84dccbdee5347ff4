/// The body of `GET /key`: where the key of the stored grants is kept, and whether it is in memory.
package struct KeyReport: Codable, Sendable, Equatable {
    /// `file`, `credential`, `passphrase` or `secret-service`.
    package var kind: String
    package var state: KeyState
    /// Why it isn't open.
    package var detail: String?
    /// What to do next.
    package var hint: String?
    /// In the answer to a rotation: the number of files that were sealed anew.
    package var resealed: Int?

    package init(
        kind: String, state: KeyState, detail: String? = nil, hint: String? = nil, resealed: Int? = nil
    ) {
        self.kind = kind
        self.state = state
        self.detail = detail
        self.hint = hint
        self.resealed = resealed
    }
}

package enum KeyState: String, Codable, Sendable, CaseIterable {
    case open
    /// Tokens are served once it is unlocked.
    case locked
    /// No passphrase was set yet.
    case unset
}

/// The body of `POST /key/unlock`.
package struct UnlockRequest: Codable, Sendable, Equatable {
    package var passphrase: String?
    /// Whether this sets the first passphrase.
    package var isNew: Bool?

    package init(passphrase: String? = nil, isNew: Bool? = nil) {
        self.passphrase = passphrase
        self.isNew = isNew
    }
}

/// The body of `POST /key/rotate`.
package struct RotationRequest: Codable, Sendable, Equatable {
    package var passphrase: String?
    /// The passphrase from now on; nil keeps the one that there is.
    package var newPassphrase: String?

    package init(passphrase: String? = nil, newPassphrase: String? = nil) {
        self.passphrase = passphrase
        self.newPassphrase = newPassphrase
    }
}

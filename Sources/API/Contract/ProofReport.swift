/// The body of `POST /accounts/{account}/dpop`: the request that needs a proof (RFC 9449).
package struct ProofRequest: Codable, Sendable, Equatable {
    /// The HTTP method, in capitals.
    package var method: String
    package var url: String
    /// The value of the last `DPoP-Nonce` header from the resource server.
    package var nonce: String?

    package init(method: String, url: String, nonce: String? = nil) {
        self.method = method
        self.url = url
        self.nonce = nonce
    }

    /// The method; nil if it isn't a valid HTTP method.
    package var checkedMethod: String? {
        let isToken = (1...20).contains(method.utf8.count) && method.utf8.allSatisfy { (0x41...0x5a).contains($0) }
        return isToken ? method : nil
    }
}

/// A proof of possession for one request.
package struct ProofAnswer: Codable, Sendable, Equatable {
    package var account: String
    /// The value of the `DPoP` header.
    package var proof: String
    /// Whether the proof is bound to the account's current access token; false if the account has no valid one.
    package var isBound: Bool

    package init(account: String, proof: String, isBound: Bool) {
        self.account = account
        self.proof = proof
        self.isBound = isBound
    }
}

/// The outcome of the revocation at the authorization server after a logout.
package struct RevocationReport: Codable, Sendable, Equatable {
    package enum State: String, Codable, Sendable, CaseIterable {
        /// The server has revoked the token, or didn't know it.
        case revoked
        /// The server couldn't be reached, or refused: the grant may still be valid there.
        case failed
        /// The server has no revocation endpoint.
        case unsupported
        /// There was no token to revoke.
        case nothing
    }

    package var state: State
    package var detail: String?
    package var hint: String?

    package init(state: State, detail: String? = nil, hint: String? = nil) {
        self.state = state
        self.detail = detail
        self.hint = hint
    }
}

package import Text

/// An id_token from a refresh that isn't validated yet. The refresh token that came with it may be the only valid one,
/// so it is saved before the server's keys are fetched to validate this one.
package struct UnjudgedToken: Sendable, Equatable {
    package var idToken: Secret
    /// The previous access token, whose user is known.
    package var before: Secret

    package init(idToken: Secret, before: Secret) {
        self.idToken = idToken
        self.before = before
    }
}

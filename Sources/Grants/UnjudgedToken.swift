package import Text

/// An id_token that came with a refresh. The refresh token beside it may be the only one that still works, so it is saved
/// before the server's keys are fetched to judge this one.
package struct UnjudgedToken: Sendable, Equatable {
    package var idToken: Secret
    /// The last access token whose user is known.
    package var before: Secret

    package init(idToken: Secret, before: Secret) {
        self.idToken = idToken
        self.before = before
    }
}

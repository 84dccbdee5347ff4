/// Whose token a container registry gets: a line of the table `[docker]`.
package struct DockerRegistry: Sendable, Hashable {
    /// An account, or `ACCOUNT/TOKEN`.
    package var account: String
    package var username: String

    /// What registries of clouds take beside an access token.
    package static let usualName = "oauth2accesstoken"

    package init(account: String, username: String = usualName) {
        self.account = account
        self.username = username
    }
}

import Accounts
import Failures
import FoundationEssentials
import OAuth

/// The user whose grant an account may use (`expect_user`).
extension AccountSettings {
    /// The reason to discard the tokens that this user has just consented to; nil if the account accepts the user.
    func refusal(ofConsent identity: Identity?, at now: Date) -> Failure? {
        guard let expected = self.expectedUser, !accepts(identity) else { return nil }
        guard let identity else {
            return Failure(
                .otherUser, "the authorization server doesn't say who consented, and expect_user is \(expected)",
                hint: namingHint, at: now)
        }
        return Failure(
            .otherUser, "\(identity.user) consented, not \(expected): nothing was kept", hint: signInHint(expected),
            at: now)
    }

    /// The reason not to use a grant that was stored before `expect_user` was stated or changed; nil if the account
    /// accepts its user.
    func refusal(ofStored identity: Identity?, at now: Date) -> Failure? {
        guard let expected = self.expectedUser, !accepts(identity) else { return nil }
        guard let identity else {
            return Failure(
                .otherUser, "the stored grant doesn't say who consented, and expect_user is \(expected)",
                hint: namingHint, at: now)
        }
        return Failure(
            .otherUser, "the stored grant is \(identity.user)'s, and expect_user is \(expected): it isn't used",
            hint: signInHint(expected), at: now)
    }

    /// Whether the account may use a grant of this user.
    func accepts(_ identity: Identity?) -> Bool {
        guard let expected = self.expectedUser else { return true }
        return identity?.isCalled(expected) == true
    }

    private var namingHint: String {
        "add \"openid\" and \"profile\" to scopes of [accounts.\(name)], run valetkey reload, then valetkey login \(name)"
    }

    private func signInHint(_ expected: String) -> String {
        "sign in as \(expected) (in a private window, if the browser chooses by itself): valetkey login \(name)"
    }
}

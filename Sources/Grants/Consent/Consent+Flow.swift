import Accounts
import Failures
import OAuth

extension Consent.Flow {
    /// Selects the flow: the one that the user asked for, else the configured one.
    init(of settings: AccountSettings, wish: Consent.Flow?, at now: Moment) throws(Failure) {
        switch (settings.flow, wish) {
        case (.clientCredentials, nil), (.clientCredentials, .clientCredentials): self = .clientCredentials
        case (.clientCredentials, _):
            throw .otherFlow(settings.name, "acts for itself: nobody has to consent", at: now)
        case (_, .clientCredentials): throw .otherFlow(settings.name, "acts for a user, who has to consent", at: now)
        case (.device, nil): self = .device
        case (.code, nil): self = settings.redirectURI.isLoopback ? .loopback : .paste
        case (_, let wish?):
            guard wish != .loopback || settings.redirectURI.isLoopback else { throw .needsPaste(settings, at: now) }
            self = wish
        }
    }
}

extension Failure {
    fileprivate static func otherFlow(_ account: String, _ reason: String, at now: Moment) -> Failure {
        Failure(.consentConflict, "\(account) \(reason)", hint: "run: valetkey login \(account)", at: now.wall)
    }

    fileprivate static func needsPaste(_ settings: AccountSettings, at now: Moment) -> Failure {
        Failure(
            .consentConflict, "the redirect URI \(settings.redirectURI) of \(settings.name) isn't a loopback URI",
            hint: "run: valetkey login \(settings.name) --paste", at: now.wall)
    }

    static func portBusy(_ port: Int, by account: String, at now: Moment) -> Failure {
        Failure(
            .consentConflict, "port \(port) is taken by the pending consent of \(account)",
            hint: "finish that one first, or give the two accounts different ports", at: now.wall)
    }
}

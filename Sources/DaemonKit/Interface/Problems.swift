import Grants
import OAuth
import SocketContract

/// The API's errors as the daemon words them.
extension Problem {
    static func noSuchAccount(_ name: String, near: [String], isEmpty: Bool) -> Problem {
        let hint =
            if isEmpty {
                "no account is configured: write one into config.toml, then run: valetkey reload"
            } else if near.isEmpty {
                "valetkey status lists the accounts"
            } else {
                "did you mean \(near.joined(separator: " or "))?"
            }
        return Problem(
            status: 404, title: "No such account", code: .noSuchAccount,
            detail: "there is no account \"\(UntrustedText.clean(name, limit: 64))\"", hint: hint,
            near: near.isEmpty ? nil : near)
    }

    static func consentRequired(_ account: String, _ failure: GrantFailure?) -> Problem {
        Problem(
            status: 409, title: "Consent required", code: .consentRequired,
            detail: failure.map { "\(account) needs a new consent: \($0.detail)" }
                ?? "nobody has consented for \(account)",
            hint: failure?.hint ?? "run: valetkey login \(account)")
    }

    static func needsPaste(_ settings: AccountSettings) -> Problem {
        Problem(
            status: 409, title: "The redirect doesn't come to this machine", code: .consentConflict,
            detail: "the redirect URI \(settings.redirectURI) of \(settings.name) isn't a loopback URI",
            hint: "run: valetkey login \(settings.name) --paste")
    }

    static func otherFlow(_ settings: AccountSettings) -> Problem {
        let isOwn = settings.flow == .clientCredentials
        return Problem(
            status: 409, title: "Not this account's flow", code: .consentConflict,
            detail: isOwn
                ? "\(settings.name) acts for itself: nobody has to consent"
                : "\(settings.name) acts for a user, who has to consent",
            hint: "run: valetkey login \(settings.name)")
    }

    static let noEndpoint = Problem(
        status: 409, title: "No endpoint", code: .configurationError,
        detail: "no authorization_endpoint is known", hint: "state it, or the issuer whose metadata names it")

    /// A consent couldn't even begin.
    static func notStarted(_ failure: GrantFailure, account: String) -> Problem {
        let isOfConfiguration = failure.isMisconfiguration || OAuthError(code: failure.code).meaning == .clientIsWrong
        return Problem(
            status: isOfConfiguration ? 409 : 503, title: "The consent can't be started",
            code: isOfConfiguration ? .configurationError : .unavailable,
            detail: "\(account): \(failure.detail)", hint: failure.hint)
    }

    static func noProofKey(_ settings: AccountSettings) -> Problem {
        Problem(
            status: 409, title: "No key", code: .noProofKey,
            detail: "the grant of \(settings.name) has no key to prove possession with",
            hint: settings.provesPossession
                ? "run: valetkey login \(settings.name)"
                : "set dpop = true in [accounts.\(settings.name)], then log in anew")
    }

    static let malformedProof = Problem(
        status: 400, title: "Malformed request", code: .malformedRequest,
        detail: "method is an HTTP method in capitals, url an absolute https URL without a fragment")

    static func portBusy(_ port: Int, _ other: String) -> Problem {
        Problem(
            status: 409, title: "The redirect port is busy", code: .consentConflict,
            detail: "port \(port) is taken by the pending consent of \(other)",
            hint: "finish that one first, or give the two accounts different ports")
    }

    static func noConsent(_ account: String) -> Problem {
        Problem(
            status: 404, title: "No consent", code: .noConsentPending, detail: "no consent of \(account) is under way",
            hint: "run: valetkey login \(account)")
    }

    /// The answer to a reader that gets no token.
    static func unread(_ answer: ReaderAnswer, account: String) -> Problem? {
        switch answer {
        case .token, .noSuchAccount: nil
        case .consentRequired(let failure): .consentRequired(account, failure)
        case .misconfigured(let failure):
            Problem(
                status: 409, title: "Configuration error", code: .configurationError,
                detail: "\(account): \(failure.detail)", hint: failure.hint)
        case .unavailable(let failure, let wait):
            Problem(
                status: 503, title: "No token at the moment", code: .unavailable,
                detail: "\(account): \(failure.detail)", hint: failure.hint, retryAfter: max(1, wait.wholeSeconds + 1))
        case .tooShortLived(let lifetime) where lifetime <= .zero:
            Problem(
                status: 503, title: "No token at the moment", code: .unavailable,
                detail: "\(account): the authorization server's tokens have expired when they arrive (expires_in)",
                hint: "tell the operator of the server, then run: valetkey refresh \(account)", retryAfter: 60)
        case .tooShortLived(let lifetime):
            Problem(
                status: 400, title: "Tokens don't live so long", code: .malformedRequest,
                detail: "tokens of \(account) live \(lifetime.wholeSeconds) s, less than min_ttl asks for",
                hint: "ask for less")
        case .tooManyRequests(let wait):
            Problem(
                status: 429, title: "Too many refreshes", code: .tooManyRequests,
                detail: "\(account) has used up its refreshes for now",
                hint: "keep to the token that is served: it is valid", retryAfter: max(1, wait.wholeSeconds + 1))
        }
    }
}

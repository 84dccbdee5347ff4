import APIContract
import Accounts
import Failures
import Grants
import OAuth
import Text

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
            .noSuchAccount,
            "there is no account \"\(UntrustedText.clean(name, limit: 64))\"", hint: hint,
            near: near.isEmpty ? nil : near)
    }

    static func consentRequired(_ account: String, _ failure: Failure?) -> Problem {
        Problem(
            .consentRequired,
            failure.map { "\(account) needs a new consent: \($0.detail)" }
                ?? "\(account) isn't logged in",
            hint: failure?.hint ?? "run: valetkey login \(account)")
    }

    /// A consent couldn't begin.
    static func notStarted(_ failure: Failure, account: String) -> Problem {
        switch failure.meaning {
        case .conflict: Problem(failure)
        case .configuration: notStarted(.configurationError, failure, account)
        case .consentNeeded, .passing, .usage, .fault: notStarted(.temporarilyUnavailable, failure, account)
        }
    }

    private static func notStarted(_ code: FailureCode, _ failure: Failure, _ account: String) -> Problem {
        Problem(
            code, "\(account): \(failure.detail)", hint: failure.hint, title: "The consent can't be started")
    }

    init(_ failure: Failure) {
        self.init(failure.code, failure.detail, hint: failure.hint)
    }

    static func noProofKey(_ settings: AccountSettings) -> Problem {
        Problem(
            .noProofKey,
            "the grant of \(settings.name) has no key to prove possession with",
            hint: settings.provesPossession
                ? "run: valetkey login \(settings.name)"
                : "set dpop = true in [accounts.\(settings.name)], then run: valetkey login \(settings.name)")
    }

    /// The grant was logged out, and not all of it could be removed from this machine.
    static func fileStays(_ account: String, _ failure: Failure, _ revocation: RevocationReport?) -> Problem {
        let server =
            switch revocation?.state {
            case .revoked: " and ended at the authorization server"
            case .failed, .unsupported:
                ", still stands at the authorization server (\(revocation?.detail ?? "not told"))"
            case .nothing, nil: ""
            }
        return Problem(
            .storage, "\(account): the grant is forgotten\(server), but its file stays: \(failure.detail)",
            hint: failure.hint, title: "The grant's file stays", status: 500)
    }

    static let malformedConsent = Problem(
        .malformedRequest, "claims is a JSON object as text, acr_values words, and max_age seconds")

    static let malformedProof = Problem(
        .malformedRequest,
        "method is an HTTP method in capitals, url an absolute https URL without a fragment")

    static func noConsent(_ account: String) -> Problem {
        Problem(
            .noConsentPending, "no consent of \(account) is under way",
            hint: "run: valetkey login \(account)")
    }

    /// The answer where the token that replaced a refused one was refused too.
    static func refusedAgain(_ account: String, retryAfter wait: Duration) -> Problem {
        Problem(
            .tooManyRequests, "a newer token of \(account) was refused as well",
            hint: "so the token isn't what is wrong: check what the server asks for, such as a scope or an audience",
            retryAfter: max(1, wait.wholeSeconds + 1))
    }

    /// The answer to a reader that gets no token.
    static func unread(_ answer: ReaderAnswer, account: String) -> Problem? {
        switch answer {
        case .token, .noSuchAccount: nil
        case .consentRequired(let failure): .consentRequired(account, failure)
        case .misconfigured(let failure):
            Problem(
                .configurationError,
                "\(account): \(failure.detail)", hint: failure.hint)
        case .unavailable(let failure, let wait):
            Problem(
                .temporarilyUnavailable,
                "\(account): \(failure.detail)", hint: failure.hint, retryAfter: max(1, wait.wholeSeconds + 1))
        case .tooShortLived(let lifetime) where lifetime <= .zero:
            Problem(
                .temporarilyUnavailable,
                "\(account): the authorization server's tokens have expired when they arrive (expires_in)",
                hint: "tell the operator of the server, then run: valetkey refresh \(account)", retryAfter: 60)
        case .tooShortLived(let lifetime):
            Problem(
                .malformedRequest,
                "tokens of \(account) live \(lifetime.wholeSeconds) s, less than min_ttl asks for",
                hint: "ask for less")
        case .tooManyRequests(let wait):
            Problem(
                .tooManyRequests,
                "\(account) has used up its refreshes for now",
                hint: "keep to the token that is served: it is valid", retryAfter: max(1, wait.wholeSeconds + 1))
        }
    }
}

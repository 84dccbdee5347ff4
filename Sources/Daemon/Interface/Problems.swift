import APIContract
import APIServer
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

    /// `names` are those of all tokens of the account.
    static func noSuchToken(_ name: String, of account: String, among names: [String]) -> Problem {
        let near = NearestName.near(name, in: names)
        let hint =
            if names.isEmpty {
                "write a table [accounts.\(account).tokens.NAME], then run: valetkey reload"
            } else if near.isEmpty {
                "its tokens are \(names.joined(separator: ", "))"
            } else {
                "did you mean \(near.map { "\(account)/\($0)" }.joined(separator: " or "))?"
            }
        return Problem(
            .noSuchToken, "\(account) has no token \"\(UntrustedText.clean(name, limit: 64))\"", hint: hint,
            near: near.isEmpty ? nil : near)
    }

    /// A token can't be asked for like this.
    static func malformedToken(_ query: TokenQuery) -> Problem {
        if let resource = query.resource, !ResourceIndicator.isValid(resource) {
            return .malformed("resource is an absolute URI without a fragment (RFC 8707 section 2)")
        }
        return .malformed(
            "scope holds scopes with one space between them (RFC 6749 section 3.3)",
            hint: "a scope is printable ASCII without spaces, quotes and backslashes")
    }

    static func consentRequired(_ key: TokenKey, _ failure: Failure?) -> Problem {
        Problem(
            .consentRequired,
            failure.map { "\(key.shown) needs a new consent: \($0.detail)" }
                ?? "\(key.account) isn't logged in",
            hint: failure?.hint ?? "run: valetkey login \(key.account)")
    }

    static func notShared(_ account: String) -> Problem {
        Problem(
            .claimConflict, "the grant of \(account) isn't shared with other hosts",
            hint: "it is where the configuration has a table [store]")
    }

    static let noStore = Problem(
        .configurationError, "the configuration has no shared store",
        hint: "write a table [store], then: systemctl --user restart valetkey", title: "No shared store")

    static func noClaim(_ account: String) -> Problem {
        Problem(.claimConflict, "no other host has begun to refresh \(account)", hint: "see: valetkey status")
    }

    /// A consent couldn't begin.
    static func notStarted(_ failure: Failure, account: String) -> Problem {
        switch failure.meaning {
        case .conflict: Problem(failure)
        case .configuration: notStarted(.configurationError, failure, account)
        // The shared store doesn't answer, or has something that can't be used.
        case .passing where [.storeUnreachable, .storage].contains(failure.code):
            notStarted(failure.code, failure, account)
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

    /// The answer to a reader that gets no token of the account itself.
    static func unread(_ answer: ReaderAnswer, account: String) -> Problem? {
        unread(answer, TokenKey(account: account))
    }

    /// The answer to a reader that gets no token.
    static func unread(_ answer: ReaderAnswer, _ key: TokenKey) -> Problem? {
        let (account, shown) = (key.account, key.shown)
        return switch answer {
        case .token, .noSuchAccount, .noSuchToken: nil
        case .consentRequired(let failure): .consentRequired(key, failure)
        case .misconfigured(let failure):
            Problem(
                .configurationError,
                "\(shown): \(failure.detail)", hint: failure.hint)
        case .unavailable(let failure, let wait):
            Problem(
                .temporarilyUnavailable,
                "\(shown): \(failure.detail)",
                hint: (["valetkey tries again in \(max(1, wait.wholeSeconds + 1)) s"]
                    + [failure.hint].compactMap(\.self))
                    .joined(separator: "\n"), retryAfter: max(1, wait.wholeSeconds + 1))
        case .tooShortLived(let lifetime) where lifetime <= .zero:
            Problem(
                .temporarilyUnavailable,
                "\(shown): the authorization server's tokens have expired when they arrive (expires_in)",
                hint: "tell the operator of the server, then run: valetkey refresh \(account)", retryAfter: 60)
        case .tooShortLived(let lifetime):
            Problem(
                .malformedRequest,
                "tokens of \(shown) live \(lifetime.wholeSeconds) s, less than min_ttl asks for",
                hint: "ask for less")
        case .tooManyRequests(let wait):
            Problem(
                .tooManyRequests,
                "\(account) has used up its refreshes for now",
                hint: "keep to the token that is served: it is valid", retryAfter: max(1, wait.wholeSeconds + 1))
        case .tooManyTokens:
            Problem(
                .tooManyRequests,
                "\(account) has as many tokens of other scopes and resources as it may have (\(GrantBook.mostUnconfiguredTokens))",
                hint: "name those that you need in the configuration: [accounts.\(account).tokens.NAME]",
                title: "Too many tokens")
        }
    }
}

package import Accounts
import Failures
package import FoundationEssentials
package import Grants
import HTTPTransport
package import OAuth
import Text

/// The consequence of a token endpoint's reply for the grant.
package struct ReplyOutcome: Sendable {
    package var outcome: RefreshOutcome
    /// Whether the refusal may be caused by the scope in the request.
    package var isAboutScope = false

    /// Whether to repeat a refresh that sent `scope` once without it. The parameter is optional (RFC 6749 section 6),
    /// and some servers refuse a refresh that has it.
    package func isTriedWithoutScope(after scope: Scope, _ traits: ServerTraits) -> Bool {
        isAboutScope && !scope.isEmpty && traits.sendsScopeOnRefresh && !traits.replies.needsScope
    }

    /// Combines this refusal with the outcome of the refresh without `scope`. If that succeeded, the grant remembers to
    /// leave `scope` out.
    package func outcome(withoutScope second: RefreshOutcome) -> RefreshOutcome {
        switch second {
        case .granted(var tokens, let sent):
            tokens.refusesScope = true
            return .granted(tokens, sent: sent)
        // If the second refusal is about something other than the configuration, it is the one to report.
        case .failed(let failure): return failure.meaning == .configuration ? outcome : second
        case .replaced: return second
        case .judged: return outcome
        }
    }
}

extension Exchange {
    /// The consequence for the account of a reply from the token endpoint at `host`.
    package func outcome(
        for settings: AccountSettings, at host: String, isRefresh: Bool, scope: Scope, catalogue: ProviderCatalogue,
        now: Date
    ) -> ReplyOutcome {
        let name = settings.name
        func failure(_ code: FailureCode, _ reason: String, _ wait: Duration?) -> Failure {
            Failure(
                code, "\(host) answers with \(reason)", hint: Self.remedy(reply.status, name), account: name,
                retryAfter: wait, at: now)
        }
        func failed(_ code: FailureCode, _ reason: String, _ wait: Duration?) -> ReplyOutcome {
            var failure = failure(code, reason, wait)
            failure.isUnprocessed = [429, 503].contains(reply.status)
            return ReplyOutcome(outcome: .failed(failure))
        }
        switch meaning(isRefresh: isRefresh, scope: scope, tokensPath: settings.traits.tokensPath) {
        case .granted(let tokens):
            return ReplyOutcome(outcome: .granted(settings.traits.reading(tokens, asked: scope), sent: sent))
        case .refused(let error, let wait):
            var failure = Failure(
                error, account: name, reading: catalogue.reading(of: error, account: RemedyAccount(settings)),
                retryAfter: wait, at: now)
            failure.isUnprocessed = [.temporarilyUnavailable, .throttled].contains(failure.code)
            return ReplyOutcome(outcome: .failed(failure), isAboutScope: error.isAboutScope)
        case .unexplained(let reason, let wait): return failed(.unexplainedRefusal, reason, wait)
        case .unusable(let reason, let wait):
            switch reply.status {
            case 429: return failed(.throttled, reason, wait)
            case 503: return failed(.temporarilyUnavailable, reason, wait)
            default: return failed(.badReply, reason, wait)
            }
        case .replaced(let refreshToken, let reason):
            return ReplyOutcome(outcome: .replaced(refreshToken: refreshToken, failure(.badReply, reason, nil)))
        }
    }

    /// The hint for a refusal without an OAuth error: the endpoint or the authentication method is probably wrong.
    private static func remedy(_ status: Int, _ account: String) -> String? {
        guard (300..<500).contains(status), ![400, 401, 408, 425, 429].contains(status) else { return nil }
        return "check token_endpoint, client_id and client_authentication of [accounts.\(account)], then run: "
            + "valetkey reload"
    }
}

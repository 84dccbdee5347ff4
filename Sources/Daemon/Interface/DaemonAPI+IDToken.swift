import APIContract
import APIServer
import Accounts
import Failures
import FoundationEssentials
import Grants
import OAuth
import Text

/// Reading the id_token that is kept with a grant.
extension DaemonAPI {
    /// Gives the id_token. Where it is missing or has expired, one refresh may bring a newer one, though not again and
    /// again. As for `token`.
    @Sendable func idToken(
        _ query: TokenQuery, _ caller: Caller, _ answer: @escaping @Sendable (Result<IDTokenAnswer, Problem>) -> Void
    ) -> (@Sendable () -> Void)? {
        guard let account = keeper.account(query.account) else {
            answer(.failure(missing(query.account)))
            return nil
        }
        guard account.settings.traits.replies.keepsIDToken else {
            answer(.failure(.keepsNoIDToken(query.account)))
            return nil
        }
        if !query.isFresh, let token = IDTokenAnswer(account, validFor: query.minTTL, now: time.now()) {
            readLog.note(caller, of: query.account, at: time.instant())
            answer(.success(token))
            return nil
        }
        // Without a grant, the reader of the access token says what is missing.
        if account.machine.grant?.hasToken == true {
            if let wait = idTokenRefreshes.take(query.account, at: time.instant()) {
                answer(.failure(.noIDToken(account, retryAfter: wait)))
                return nil
            }
        }
        var query = query
        (query.isFresh, query.minTTL) = (true, 0)
        let need = query
        return token(query, caller) { result in
            answer(
                result.flatMap { _ in
                    guard let account = keeper.account(need.account) else { return .failure(missing(need.account)) }
                    return IDTokenAnswer(account, validFor: 0, now: time.now()).map { .success($0) }
                        ?? .failure(.noIDToken(account))
                })
        }
    }
}

extension IDTokenAnswer {
    /// nil where there is none that is still valid for so many seconds.
    fileprivate init?(_ account: GrantKeeper.Account, validFor seconds: Int, now: Moment) {
        guard let grant = account.machine.grant, grant.isBelieved, let kept = grant.idToken,
            let expires = (try? IdentityToken(kept))?.expires, expires.timeIntervalSince(now.wall) > Double(seconds)
        else { return nil }
        self.init(account: account.settings.name, idToken: kept.expose(), expiresAt: expires)
    }
}

extension Problem {
    fileprivate static func keepsNoIDToken(_ account: String) -> Problem {
        Problem(
            .configurationError, "\(account) doesn't keep its id_token",
            hint:
                "state id_token = true in [accounts.\(account)], run: valetkey reload, then: valetkey login \(account)")
    }

    fileprivate static func noIDToken(_ account: GrantKeeper.Account, retryAfter: Duration? = nil) -> Problem {
        let (name, settings) = (account.settings.name, account.settings)
        let seconds = retryAfter.map { max(1, $0.wholeSeconds) }
        guard settings.flow != .clientCredentials else {
            return Problem(
                .configurationError, "\(name) has no id_token: its client acts for itself, and there is no user",
                hint: "remove id_token from [accounts.\(name)]")
        }
        guard settings.scope.contains("openid") else {
            return Problem(
                .configurationError, "\(name) has no id_token: the server sends one for the scope openid only",
                hint:
                    "add \"openid\" to scopes of [accounts.\(name)], run: valetkey reload, then: valetkey login \(name)"
            )
        }
        let isThere = account.machine.grant?.idToken != nil
        return Problem(
            .consentRequired,
            isThere
                ? "the id_token of \(name) has expired, and the server's last refresh brought no newer one"
                : "\(name) has no id_token: the server has sent none",
            hint: "a new login brings one, if the server has any: valetkey login \(name)", retryAfter: seconds)
    }
}

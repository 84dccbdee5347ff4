import Failures
import Grants
import Text

/// The rules for the further tokens of a grant.
extension World {
    mutating func checkFurther(_ machine: GrantMachine, _ account: Int) {
        let name = Cast.name(account)
        let published = machine.publishedFurther
        for token in published where board[token.key] != token {
            fail("readers get another further token than the machine believes")
        }
        let places = board.keys.count { $0.account == name && $0.token != .main }
        if places != published.count { fail("a further token is served that the machine doesn't have") }
        for token in published { checkFurther(token, machine, account) }
        let states = machine.furtherStates
        if states.count(where: { $0.token.isUnconfigured }) > GrantBook.mostUnconfiguredTokens {
            fail("a grant has more unconfigured tokens than it may have")
        }
        let expected = configured[account]?.targets.count ?? 0
        if states.count(where: { !$0.token.isUnconfigured }) != expected {
            fail("an account has other further tokens than its configuration")
        }
        guard case .active(let grant, let own) = machine.phase, grant.isRefreshable, stop == nil else { return }
        // The account's own token goes first.
        if let own, own <= now { return }
        for state in states {
            if let due = state.due, due < now { fail("a further token is due and nothing happens") }
            if state.token.isUnconfigured, let expires = state.expires, now - expires > .seconds(7200) {
                fail("a token that nobody reads is kept")
            }
        }
    }

    private mutating func checkFurther(_ token: ServedToken, _ machine: GrantMachine, _ account: Int) {
        guard let model = ModelToken(token.accessToken) else { return }
        guard machine.grant != nil else { return fail("a further token is served after its grant has ended") }
        guard account != Cast.own else { return }
        let story = stories[account]
        if model.number < story.oldestFurther[model.grantee] ?? story.oldest[model.grantee] ?? 0 {
            fail("a further token has come back that a logout or a newer consent had replaced")
        }
        let saved = ModelToken(disk.files[Cast.name(account)]?.kept.grant.refreshToken)
        if saved.map({ $0.number < model.number }) ?? true, !stories[account].refused.contains(token.accessToken) {
            fail("a further token was published before its grant was on disk")
        }
    }

    /// Checks that the refusal of one token leaves the grant and the other tokens as they were.
    mutating func checkRefusal(_ post: RefreshPost, _ machine: GrantMachine) {
        guard let further = post.order.further else { return }
        if machine.needsConsent, machine.lastFailure?.isOfTarget == false { fail("a refused scope ends the grant") }
        let other = machine.furtherStates.first { $0.token != further.token && $0.isRefused && $0.failure == nil }
        if other != nil { fail("a refused scope has refused another token") }
    }
}

extension TokenKey.Token {
    fileprivate var isUnconfigured: Bool {
        if case .scoped = self { true } else { false }
    }
}

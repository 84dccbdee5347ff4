import Accounts
package import Failures
import OAuth
package import Text

/// What changes the table of further tokens besides their refreshes: the configuration, time, and what happens to the
/// grant as a whole.
extension GrantMachine {
    /// Applies the tokens that the configuration names.
    mutating func configureFurther(_ targets: [String: TokenTarget], now: Moment) -> [GrantAction] {
        guard !targets.isEmpty || further != nil else { return [] }
        var table = further ?? FurtherTokens()
        var actions: [GrantAction] = []
        table.tokens.removeAll { token in
            guard case .named(let name) = token.name, targets[name] != token.target else { return false }
            if token.published != nil { actions.append(.publishFurther(nil, of: token.name)) }
            return true
        }
        for (name, target) in targets.sorted(by: { $0.key < $1.key }) where table[.named(name)] == nil {
            table.tokens.append(FurtherTokens.Token(name: .named(name), target: target))
        }
        further = table.tokens.isEmpty && table.flight == nil ? nil : table
        return actions
    }

    /// Takes the tokens that were stored with the grant, and plans the others.
    mutating func holdFurther(_ stored: [String: HeldToken]) {
        for index in further?.tokens.indices ?? 0..<0 {
            guard let token = further?.tokens[index], case .named(let name) = token.name,
                let held = stored[name], held.target == token.target,
                held.issued.instant > token.held?.issued.instant ?? Instant(nanoseconds: .min)
            else { continue }
            further?.tokens[index].held = held
            further?.tokens[index].trouble = nil
        }
    }

    /// Plans the refresh of all tokens for now.
    mutating func refreshFurther(at now: Instant) {
        for index in further?.tokens.indices ?? 0..<0 { further?.tokens[index].due = now }
    }

    /// Publishes what has changed, and plans the refreshes of those tokens; of all where `replansAll`.
    mutating func publishFurther(_ grant: Grant, replansAll: Bool = false, now: Moment) -> [GrantAction] {
        guard var table = further else { return [] }
        var actions: [GrantAction] = []
        for index in table.tokens.indices {
            let token = table.tokens[index]
            let view = token.held.map(grant.holding)
            let served = view.flatMap { view in view.isUsable ? serve(view, token) : nil }
            if served != token.published { actions.append(.publishFurther(served, of: token.name)) }
            table.tokens[index].published = served
            guard token.trouble == nil, replansAll || token.due == nil || served != token.published else { continue }
            if let view {
                table.tokens[index].due =
                    policy.due(view, jitter: &jitter)
                    ?? (token.isConfigured ? nil : view.issued.instant + RefreshPolicy.assumedLifetime)
            } else if token.isConfigured {
                table.tokens[index].due = now.instant
            }
        }
        further = table
        return actions
    }

    /// A token keeps its version as long as it is the same one.
    private func serve(_ view: Grant, _ token: FurtherTokens.Token) -> ServedToken {
        let isSame = token.published?.accessToken == view.accessToken
        return ServedToken(
            view, key: TokenKey(account: account, token: token.name),
            version: isSame ? token.published?.version ?? version : version)
    }

    /// Lets no reader have the tokens any more, because the grant has ended or another one takes its place.
    mutating func endFurther() -> [GrantAction] {
        guard var table = further else { return [] }
        let published = table.tokens.filter { $0.published != nil }
        table.tokens.removeAll { !$0.isConfigured }
        for index in table.tokens.indices { table.tokens[index].reset() }
        table.forgetFlight()
        further = table.tokens.isEmpty ? nil : table
        return published.map { .publishFurther(nil, of: $0.name) }
    }

    /// Tries the failed ones again at once, but for those that wait after throttling.
    mutating func retryFurther(now: Moment) {
        for index in further?.tokens.indices ?? 0..<0 where further?.tokens[index].trouble?.isThrottled == false {
            further?.tokens[index].due = now.instant
        }
        if case .misconfigured(let grant, let failure, _) = further?.ownPhase, !grant.needsSettings {
            further?.ownPhase = .misconfigured(grant, failure, until: now.instant)
        }
    }

    /// Tries those again soon that wait because of a failure that may have passed with a sleep of the machine.
    mutating func resumeFurther(now: Moment) {
        for index in further?.tokens.indices ?? 0..<0 {
            guard let token = further?.tokens[index], let trouble = token.trouble, let due = token.due,
                !trouble.isRefused, trouble.failure.meaning == .passing, !trouble.isThrottled
            else { continue }
            let soon = now.instant + jitter.fraction(of: RefreshPolicy.afterSleep)
            further?.tokens[index].due = min(due, soon)
        }
    }

    /// Drops the tokens that aren't configured and have expired unread, and starts what is due.
    mutating func wakeFurther(now: Moment) -> [GrantAction] {
        guard var table = further else { return [] }
        var actions: [GrantAction] = []
        table.tokens.removeAll { token in
            guard token.name != table.flight, let lapse = token.lapse, lapse <= now.instant else { return false }
            if token.published != nil { actions.append(.publishFurther(nil, of: token.name)) }
            return true
        }
        further = table.tokens.isEmpty && table.flight == nil ? nil : table
        return actions + startFurther(now: now)
    }

    // MARK: - Queries

    /// The tokens that the configuration names, as they are stored with the grant.
    var heldFurther: [String: HeldToken] {
        var held: [String: HeldToken] = [:]
        for token in further?.tokens ?? [] {
            if case .named(let name) = token.name { held[name] = token.held }
        }
        return held
    }

    package var publishedFurther: [ServedToken] { further?.tokens.compactMap(\.published) ?? [] }

    package var furtherAccessTokens: [Secret] { further?.tokens.compactMap(\.held?.accessToken) ?? [] }

    /// The token of the grant whose published value this is; nil where it is none of them.
    package func current(_ accessToken: Secret) -> TokenKey.Token? {
        if published?.accessToken == accessToken { return .main }
        return further?.tokens.first { $0.published?.accessToken == accessToken }?.name
    }

    /// The state of the further tokens, for a report.
    package var furtherStates: [FurtherTokenState] {
        further?.tokens.map { token in
            let view = token.held.flatMap { held in grant.map { $0.holding(held) } }
            return FurtherTokenState(
                token: token.name, target: token.target, scope: view?.scope, expires: view?.expires?.instant,
                isPublished: token.published != nil, due: token.wantedAt, failure: token.trouble?.failure,
                isRefused: token.trouble?.isRefused == true)
        } ?? []
    }

    /// The failure whose claims the next consent must meet (OpenID Connect Core section 5.5), else the last one.
    package var demandingFailure: Failure? {
        let failures = [lastFailure] + (further?.tokens.map(\.trouble?.failure) ?? [])
        return failures.compactMap(\.self).first { $0.claims != nil } ?? lastFailure
    }
}

import Accounts
import AuthorizationClient
import Failures
import Grants
import OAuth
import Text

/// The results of requests to the authorization servers.
extension World {
    func accepts(_ token: ModelToken) -> Bool { servers[token.grantee % 2].accepts(token, at: now) }

    mutating func send(_ post: RefreshPost) {
        let grantee = SettingsBook.grantee(post.settings)
        let server = post.settings.serverName
        slots[server, default: 0] += 1
        if slots[server, default: 0] > GrantBook.refreshesInFlight {
            fail("more refreshes at \(server) than it has slots")
        }
        if stop != nil { fail("a refresh is started after the stop") }
        checkWanted(grantee)
        checkUsed(post.order.grant, by: grantee)
        // A client that acts for itself has no refresh token, and may ask as often as it likes.
        if let used = post.order.grant.refreshToken {
            let count = stories[grantee.account].inFlight[used, default: 0] + 1
            stories[grantee.account].inFlight[used] = count
            if count > 1 { fail("two refreshes of one grant are in flight") }
        }
        checkRate(grantee.account)
        schedule(.arrival(post, networkFaults.isEmpty ? nil : networkFaults.removeFirst()), in: Self.latency)
    }

    /// Delivers the request to the server, or loses it.
    mutating func arrive(_ post: RefreshPost, _ fault: Command.NetworkFault?, of process: Int) {
        let answer = answer(post, fault)
        guard process == self.process else { return }
        schedule(.reply(answer.outcome, post, isInvalid: answer.isInvalid), in: answer.delay)
    }

    private struct Answer {
        var outcome: RefreshOutcome
        var delay = World.latency
        /// Whether the refresh token is invalid.
        var isInvalid = false
    }

    private mutating func answer(_ post: RefreshPost, _ fault: Command.NetworkFault?) -> Answer {
        let grantee = SettingsBook.grantee(post.settings)
        switch fault {
        case .unreachable: return Answer(outcome: failed(.network))
        case .hang: return Answer(outcome: failed(.timeout), delay: Self.timeout)
        case .serverError: return Answer(outcome: failed(.badReply))
        case .tooMany: return Answer(outcome: failed(.badReply, retryAfter: .seconds(90)))
        case .garbage: return Answer(outcome: failed(.badReply))
        case .wrongClient: return Answer(outcome: failed(.invalidClient))
        case .unexplained: return Answer(outcome: read(.unexplained, post).outcome)
        case .busy: return Answer(outcome: read(.busy, post).outcome)
        case .refusesTarget: return Answer(outcome: read(.targetRefused, post).outcome)
        case .echo: return Answer(outcome: read(.echo(of: post), post).outcome)
        case .throttled: servers[grantee.server].throttledUntil = now + .seconds(1200)
        default: break
        }
        if servers[grantee.server].throttledUntil > now { return Answer(outcome: throttle(post)) }
        if fault == .spuriousRefusal, stories[grantee.account].refusals[grantee.number] == nil {
            stories[grantee.account].refusals[grantee.number] = 1
            return Answer(outcome: read(.invalid(post, wording: now.nanoseconds), post).outcome)
        }
        stories[grantee.account].refusals[grantee.number] = nil
        var answer = redeem(post, grantee, fault)
        if fault == .replyLost { return Answer(outcome: failed(.timeout), delay: Self.timeout) }
        if fault == .slow { answer.delay = .seconds(12) }
        return answer
    }

    private mutating func redeem(_ post: RefreshPost, _ grantee: Grantee, _ fault: Command.NetworkFault?) -> Answer {
        if grantee.account == Cast.own {
            let tokens = servers[grantee.server].consent(
                grantee.number, isOwn: true, for: ModelTarget.number(post.order.further?.target), at: now)
            return Answer(outcome: granted(tokens, post, fault))
        }
        let scope = post.order.further?.target.scope ?? post.order.grant.refreshScope
        guard servers[grantee.server].refusesScope, !scope.isEmpty else { return use(post, grantee, fault) }
        let first = read(.scopeRefused, post)
        guard post.order.further == nil, first.isTriedWithoutScope(after: scope, post.settings.traits) else {
            return Answer(outcome: first.outcome)
        }
        var second = use(post, grantee, fault)
        second.outcome = first.outcome(withoutScope: second.outcome)
        return second
    }

    private mutating func use(_ post: RefreshPost, _ grantee: Grantee, _ fault: Command.NetworkFault?) -> Answer {
        guard let token = ModelToken(post.order.grant.refreshToken),
            let tokens = servers[grantee.server].refresh(
                token, for: ModelTarget.number(post.order.further?.target), at: now)
        else {
            let refusal = read(.invalid(post, wording: Int64(grantee.number)), post)
            return Answer(outcome: refusal.outcome, isInvalid: true)
        }
        return Answer(outcome: granted(tokens, post, fault))
    }

    private func granted(_ tokens: IssuedTokens, _ post: RefreshPost, _ fault: Command.NetworkFault?) -> RefreshOutcome
    {
        switch fault {
        case .compressed: read(.tokens(tokens, .compressed), post).outcome
        case .framed: read(.tokens(tokens, .framed), post).outcome
        case .cut: read(.tokens(tokens, .cut), post).outcome
        case .broken: read(.tokens(tokens, .broken), post).outcome
        case .withoutAccessToken: read(.tokens(tokens, .withoutAccessToken), post).outcome
        default: .granted(tokens, sent: sent)
        }
    }

    private func throttle(_ post: RefreshPost) -> RefreshOutcome {
        sabotage == .takesThrottlingForARefusal
            ? failed(.invalidGrant) : read(.throttled(wording: now.nanoseconds), post).outcome
    }

    /// The time at which the request that has just arrived was sent.
    var sent: Moment { Moment(instant: now - Self.latency, wall: moment.wall) }

    private func failed(_ code: FailureCode, retryAfter: Duration? = nil) -> RefreshOutcome {
        .failed(Failure(code, "\(code)", retryAfter: retryAfter, at: moment.wall))
    }

    mutating func reply(_ outcome: RefreshOutcome, to post: RefreshPost, isInvalid: Bool) {
        let account = Cast.index(post.account)
        slots[post.settings.serverName, default: 0] -= 1
        if let used = post.order.grant.refreshToken { stories[account].inFlight[used, default: 1] -= 1 }
        let received: Secret? =
            switch outcome {
            case .granted(let tokens, _): tokens.refreshToken
            case .replaced(let refreshToken, _): refreshToken
            case .judged, .failed: nil
            }
        if let token = ModelToken(received) { receive(token, replacing: post.order.grant, of: account) }
        happen { $0.refreshEnded(outcome, of: post, now: $1) }
        checkReply(outcome, to: post, isInvalid: isInvalid)
        check(account)
    }

    private mutating func receive(_ token: ModelToken, replacing used: Grant, of account: Int) {
        // A grant that the disk has refused is lost once its account is removed or changes its client.
        let held = book?.account(Cast.name(account))?.machine.grant?.refreshToken
        if held != used.refreshToken, stories[account].refused.contains(used.accessToken) { return }
        stories[account].receive(token)
    }

    mutating func revoke(_ revocation: LateRevocation, of process: Int) {
        let account = Cast.index(revocation.settings.name)
        if let token = ModelToken(revocation.grant.refreshToken) { servers[token.grantee % 2].end(token, at: now) }
        guard process == self.process else { return }
        stories[account].revocations -= 1
        happen { $0.revokeEnded(nil, account: Cast.name(account), now: $1) }
        check(account)
    }
}

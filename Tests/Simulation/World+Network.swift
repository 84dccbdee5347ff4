import Accounts
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
        let (outcome, delay) = answer(post, fault)
        guard process == self.process else { return }
        schedule(.reply(outcome, post), in: delay)
    }

    private mutating func answer(
        _ post: RefreshPost, _ fault: Command.NetworkFault?
    ) -> (RefreshOutcome, Duration) {
        let grantee = SettingsBook.grantee(post.settings)
        switch fault {
        case .unreachable: return (failed(.network), Self.latency)
        case .hang: return (failed(.timeout), Self.timeout)
        case .serverError: return (failed(.badReply), Self.latency)
        case .tooMany: return (failed(.badReply, retryAfter: .seconds(90)), Self.latency)
        case .garbage: return (failed(.badReply), Self.latency)
        case .wrongClient: return (failed(.invalidClient), Self.latency)
        case .spuriousRefusal where stories[grantee.account].refusals[grantee.number] == nil:
            stories[grantee.account].refusals[grantee.number] = 1
            return (failed(.invalidGrant), Self.latency)
        case .spuriousRefusal, .slow, .replyLost, nil:
            stories[grantee.account].refusals[grantee.number] = nil
            let outcome = redeem(post, grantee)
            if fault == .replyLost { return (failed(.timeout), Self.timeout) }
            return (outcome, fault == .slow ? .seconds(12) : Self.latency)
        }
    }

    private mutating func redeem(_ post: RefreshPost, _ grantee: Grantee) -> RefreshOutcome {
        let sent = Moment(instant: now - Self.latency, wall: moment.wall)
        if grantee.account == Cast.own {
            return .granted(servers[grantee.server].consent(grantee.number, isOwn: true, at: now), sent: sent)
        }
        guard let token = ModelToken(post.order.grant.refreshToken),
            let tokens = servers[grantee.server].refresh(token, at: now)
        else { return failed(.invalidGrant) }
        return .granted(tokens, sent: sent)
    }

    private func failed(_ code: FailureCode, retryAfter: Duration? = nil) -> RefreshOutcome {
        .failed(Failure(code, "\(code)", retryAfter: retryAfter, at: moment.wall))
    }

    mutating func reply(_ outcome: RefreshOutcome, to post: RefreshPost) {
        let account = Cast.index(post.account)
        slots[post.settings.serverName, default: 0] -= 1
        if let used = post.order.grant.refreshToken { stories[account].inFlight[used, default: 1] -= 1 }
        if case .granted(let tokens, _) = outcome, let token = ModelToken(tokens.refreshToken) {
            receive(token, replacing: post.order.grant, of: account)
        }
        happen { $0.refreshEnded(outcome, of: post, now: $1) }
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

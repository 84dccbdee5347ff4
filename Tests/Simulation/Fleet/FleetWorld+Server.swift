import Failures
import Grants
import OAuth

/// Requests to the authorization server.
extension FleetWorld {
    /// How long a host takes to connect, and then each way of a request.
    private static let connecting = Duration.milliseconds(10)
    private static let flight = Duration.milliseconds(40)
    private static let timeout = Duration.seconds(30)

    mutating func send(_ post: RefreshPost, from host: Int) {
        guard let token = ModelToken(post.order.grant.refreshToken) else { return fail("a refresh without a token") }
        if hosts[host].stop != nil { fail("a refresh is started after the stop") }
        stories[token.grantee].inFlight[token.number, default: []].append(host)
        schedule(.departure(post), at: host, in: Self.connecting)
        if let next = aimed.popLast() { schedule(.fault(next.fault), at: host, in: next.after) }
    }

    /// Sends a request on its connection, unless this came too late.
    mutating func depart(_ post: RefreshPost, _ host: Int) {
        let isLate = post.order.notAfter.map { $0 < hosts[host].moment(now).instant } ?? false
        if isLate {
            schedule(.reply(failed(.connection), post), at: host, in: .zero)
        } else {
            schedule(.arrival(post), at: host, in: Self.flight)
        }
    }

    /// Lets the server handle a request.
    mutating func arrive(_ post: RefreshPost, from host: Int, process: Int) {
        guard let token = ModelToken(post.order.grant.refreshToken) else { return }
        let account = token.grantee
        let fault = networkFaults.popLast()
        var delay = Self.flight
        let outcome: RefreshOutcome
        switch fault {
        case .unreachable: outcome = failed(.connection)
        case .serverError: outcome = failed(.badReply)
        case .slow, .replyLost, nil:
            checkUse(account, token.number, by: host)
            if let tokens = server.refresh(account, token.number, at: now) {
                note(tokens, of: account)
                outcome = .granted(tokens, sent: hosts[host].moment(now - Self.flight))
            } else {
                outcome = failed(.invalidGrant)
            }
            if fault == .slow { delay = .seconds(20) }
        }
        guard process == hosts[host].process else { return }
        // A reply that is lost costs the grant at the first server, whatever a client does.
        let isLost = fault == .replyLost && server.tolerates[account]
        schedule(.reply(isLost ? failed(.timeout) : outcome, post), at: host, in: isLost ? Self.timeout : delay)
    }

    /// Notes that a host's request has ended.
    mutating func noteReply(to post: RefreshPost, _ host: Int) {
        guard let token = ModelToken(post.order.grant.refreshToken) else { return }
        guard let index = stories[token.grantee].inFlight[token.number]?.firstIndex(of: host) else { return }
        stories[token.grantee].inFlight[token.number]?.remove(at: index)
        if stories[token.grantee].inFlight[token.number]?.isEmpty == true {
            stories[token.grantee].inFlight[token.number] = nil
        }
    }

    mutating func note(_ tokens: IssuedTokens, of account: Int) {
        guard let token = ModelToken(tokens.accessToken) else { return }
        stories[account].expiries[token.number] = Instant(nanoseconds: token.expires)
        stories[account].forget(before: token.number)
    }

    private func failed(_ code: FailureCode) -> RefreshOutcome {
        .failed(Failure(code, "", at: hosts[0].moment(now).wall))
    }
}

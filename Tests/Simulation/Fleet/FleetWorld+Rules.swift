import Accounts
import Grants
import OAuth

/// The rules that every fleet must keep.
extension FleetWorld {
    /// What the bounds of the engine's time may cost: twice the drift since the last reply, which may be three hours ago.
    private static let slack = Duration.seconds(30)
    private static let doubt = Duration.seconds(35)
    private static let longestStop = Duration.seconds(60)

    mutating func fail(_ reason: String) {
        if violation == nil { violation = reason }
    }

    func number(_ record: SharedRecord?) -> Int? { ModelToken(record?.kept?.grant.refreshToken)?.number }

    // MARK: - Requests

    /// Checks that the host may use the refresh token: it has claimed it, and any other host's claim was respected.
    mutating func checkUse(_ account: Int, _ number: Int, by host: Int) {
        let claims = stories[account].claims[number] ?? []
        guard let own = claims.last(where: { $0.host == host }) else {
            return fail("a refresh token was used without a claim")
        }
        for other in claims where other.host != host {
            let (first, second) = other.at < own.at ? (other, own) : (own, other)
            let expires = stories[account].expiries[number] ?? first.at
            let isTolerant = server.tolerates[account]
            let earliest =
                isTolerant ? first.at + Self.doubt : max(first.at + Self.doubt, expires) + Self.patience
            if second.at < earliest - Self.slack, !stories[account].taken.contains(number) {
                fail("a refresh token was used by two hosts")
            }
            takeovers += 1
        }
        let name = Self.name(account)
        if let kept = ModelToken(hosts[host].disk[name]?.kept.grant.refreshToken), kept.number > number,
            !server.tolerates[account], !server.accounts[account].isDead, number >= server.accounts[account].first
        {
            fail("a refresh token that lies on this host's disk was lost")
        }
    }

    /// Checks that tokens that come after a logout, of this host or of another one, are revoked.
    mutating func checkRevoked(_ outcome: RefreshOutcome, _ post: RefreshPost, _ host: Int) {
        guard case .granted(let tokens, _) = outcome, let token = ModelToken(tokens.refreshToken),
            let machine = hosts[host].book?.account(post.settings.name)?.machine, machine.grant == nil
        else { return }
        if server.accounts[token.grantee].revoked < token.number { fail("tokens live on after a logout") }
    }

    /// Checks that a refusal is only reported where the register has nothing newer.
    mutating func checkBelieved(_ account: Int, _ host: Int) {
        guard let record = record(of: account), now - stories[account].raised > .milliseconds(100),
            let held = ModelToken(hosts[host].book?.account(Self.name(account))?.machine.grant?.refreshToken),
            let newest = number(record)
        else { return }
        if newest > held.number { fail("a refusal was believed although the register has a newer grant") }
    }

    // MARK: - The register

    mutating func checkWrite(_ record: SharedRecord, over before: SharedRecord?, _ account: Int, _ host: Int) {
        if let before, record.stamp.version < before.stamp.version { fail("the register was lowered") }
        let number = number(record) ?? 0
        if record.stamp != before?.stamp {
            stories[account].raised = now
            schedule(.agreement, at: 0, in: .milliseconds(1001))
        } else if let claim = before?.claim, record.claim == nil {
            stories[account].claims[number]?.removeAll { "host-\($0.host)" == claim.host }
            if stories[account].inFlight[number]?.contains(where: { "host-\($0)" == claim.host }) == true {
                fail("a claim was given back while its request is under way")
            }
        }
        if let claim = record.claim, claim.id != before?.claim?.id, claim.name == hosts[host].name {
            stories[account].claims[number, default: []].append(FleetStory.Claim(host: host, at: now))
        }
    }

    /// Checks that a host has saved what it publishes when it sends that, unless its disk fails.
    mutating func checkSaved(_ record: SharedRecord, _ account: Int, _ host: Int) {
        guard record.stamp.id.hasPrefix("\(host)."), hosts[host].book != nil,
            record.stamp != self.record(of: account)?.stamp
        else { return }
        let saved = hosts[host].disk[Self.name(account)]?.kept.share
        if record.stamp.isEnded, hosts[host].disk[Self.name(account)] == nil { return }
        let unsaved = hosts[host].book?.account(Self.name(account))?.machine.saveFailure
        if saved?.id != record.stamp.id, unsaved == nil, saved?.isAbove(record.stamp) != true {
            fail("a grant was published before it was saved")
        }
    }

    // MARK: - Readers

    mutating func checkPublished(_ token: ServedToken?, _ key: TokenKey, _ host: Int) {
        guard let token, let text = ModelToken(token.accessToken) else { return }
        if let expires = token.expires, expires - hosts[host].clock > max(now, Instant(nanoseconds: text.expires)) {
            fail("a token is served for longer than it lives")
        }
        let story = stories[text.grantee]
        if text.number <= story.loggedOut, host == story.loggedOutBy { fail("a token was served after the logout") }
    }

    /// Checks that all hosts that are well serve what the register has.
    mutating func checkAgreement() {
        for account in stories.indices where now - stories[account].raised > .seconds(1) {
            guard let record = record(of: account) else { continue }
            for index in hosts.indices where isSettled(index) {
                let published = hosts[index].board[TokenKey(account: Self.name(account))]
                let mine = ModelToken(published?.accessToken)?.number
                let stamp = hosts[index].disk[Self.name(account)]?.kept.share
                if stamp?.isAbove(record.stamp) == true || isJustIssued(mine, of: account) { continue }
                let story = stories[account]
                if mine == nil, index == story.loggedOutBy, number(record) ?? 0 <= story.loggedOut { continue }
                if record.stamp.isEnded, mine != nil { return fail("a host serves a token after another one's logout") }
                if !record.stamp.isEnded, !record.isRefused, mine != number(record) {
                    return fail("a host serves another token than the register has")
                }
            }
        }
    }

    /// Whether the token may still be on its way to the host's disk and the register.
    private func isJustIssued(_ number: Int?, of account: Int) -> Bool {
        guard let number, let expires = stories[account].expiries[number] else { return false }
        return now - (expires - server.lifetime) < .seconds(1)
    }

    private func isSettled(_ host: Int) -> Bool {
        hosts[host].isWell(at: now) && hosts[host].configurations.isEmpty && hosts[host].isFollowing
            && hosts[host].wellSince.map { now - $0 > .milliseconds(1500) } == true
    }

    // MARK: - All

    mutating func checkAll() {
        guard violation == nil else { return }
        for index in hosts.indices where violation == nil {
            if let stop = hosts[index].stop, (hosts[index].suspended ?? now) <= now,
                now - stop.since > Self.longestStop,
                hosts[index].wellSince.map({ now - $0 > Self.longestStop }) == true
            {
                fail("a stop doesn't come to its end")
            }
            guard isSettled(index) else { continue }
            for (key, token) in hosts[index].board
            where hosts[index].book?.account(key.account)?.machine.published != token {
                fail("readers get another token than the machine believes")
            }
        }
        checkAgreement()
        checkKept()
    }

    /// Checks that the newest refresh token, where a host that is well has it on its disk, is in the register.
    private mutating func checkKept() {
        for account in stories.indices where now - stories[account].raised > .seconds(60) {
            let newest = server.accounts[account].newest
            let issued = stories[account].expiries[newest].map { $0 - server.lifetime } ?? now
            guard !server.accounts[account].isDead, now - issued > .seconds(60) else { continue }
            for host in hosts.indices where isSettled(host) && hosts[host].lostReplies == 0 {
                guard hosts[host].wellSince.map({ now - $0 > .seconds(60) }) == true,
                    ModelToken(hosts[host].disk[Self.name(account)]?.kept.grant.refreshToken)?.number == newest
                else { continue }
                if let record = record(of: account), !record.stamp.isEnded, number(record) != newest {
                    fail("a refresh token on a disk isn't published")
                }
            }
        }
    }

    /// Checks at the end of a stop that the host has published what it has, if it could.
    mutating func checkStopped(_ host: Int) {
        guard let since = hosts[host].wellSince, now - since > .seconds(15), (hosts[host].cut ?? now) <= now,
            hosts[host].lostReplies == 0
        else { return }
        for account in stories.indices {
            guard let stamp = hosts[host].disk[Self.name(account)]?.kept.share else { continue }
            if stamp.isAbove(record(of: account)?.stamp), stamp.id.hasPrefix("\(host).") {
                fail("a stop doesn't publish the newest grant")
            }
        }
    }
}

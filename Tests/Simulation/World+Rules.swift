import Grants
import Text

/// The rules that every world must keep.
extension World {
    /// The burst of the allowance, and what it regains in an hour.
    private static let requestsAnHour = 750
    /// The time for a refresh that hangs, its late result, and storing that.
    private static let longestStop = Duration.seconds(60)

    mutating func fail(_ reason: String) {
        if violation == nil { violation = reason }
    }

    // MARK: - Requests

    /// Checks that the account still has the grant that is about to be refreshed.
    mutating func checkWanted(_ grantee: Grantee) {
        if configured[grantee.account]?.grantee(grantee.account) != grantee {
            fail("a refresh is sent for an account that isn't there any more")
        }
        if stories[grantee.account].oldest[grantee.number] == Story.loggedOut {
            fail("a refresh is sent after a logout")
        }
    }

    /// Checks that the refresh token is sent to its own server and for its own client, and is the newest one.
    mutating func checkUsed(_ grant: Grant, by grantee: Grantee) {
        guard let used = ModelToken(grant.refreshToken) else { return }
        if used.grantee != grantee.number { fail("a refresh token is sent for another client or to another server") }
        if let newest = stories[grantee.account].received[used.grantee], newest.number > used.number, accepts(newest) {
            fail("a refresh token that had come from the server was lost")
        }
    }

    mutating func checkRate(_ account: Int) {
        let now = now
        stories[account].requests.append(now)
        stories[account].requests.removeAll { now - $0 > .seconds(3600) }
        let count = stories[account].requests.count
        if count > Self.requestsAnHour { fail("\(count) token requests of an account within an hour") }
    }

    // MARK: - Readers

    mutating func checkReaders() {
        if readers.contains(where: { $0.value.deadline < now }) { fail("a reader still waits whose time is up") }
    }

    mutating func checkPublished(_ token: ServedToken?, _ key: TokenKey) {
        guard let token else { return }
        let account = Cast.index(key.account)
        if token.key != key { fail("a token was published under another one's name") }
        guard let text = ModelToken(token.accessToken) else { return fail("an empty token was published") }
        if text.target != ModelTarget.number(key.token) { fail("a token was published in the place of another one") }
        if text.grantee != configured[account]?.grantee(account).number {
            fail("a token of another client or server than the configured one was published")
        }
    }

    // MARK: - Accounts

    /// Checks that the account has the settings of the newest configuration.
    mutating func checkSettings(_ account: Int) {
        guard let book else { return }
        let expected = configured[account].map { settings.settings(account, $0) }
        if book.account(Cast.name(account))?.settings != expected { fail("an account has older settings") }
    }

    mutating func checkKept(_ kept: KeptGrant, _ account: Int) {
        guard let token = ModelToken(kept.grant.accessToken) else { return }
        if token.grantee != kept.grantee(account).number { fail("a grant was saved as another client's or server's") }
    }

    /// Checks the account after each step that concerns it.
    mutating func check(_ account: Int) {
        guard violation == nil, let book else { return }
        let name = Cast.name(account)
        let story = stories[account]
        if let variant = configured[account], account != Cast.own {
            let grantee = variant.grantee(account).number
            let isEnding = story.revocations > 0 || logouts.values.contains { $0.account == account }
            if story.oldest[grantee] == Story.loggedOut, !isEnding, let token = story.received[grantee], accepts(token)
            {
                fail("a logout has left a refresh token alive that had come from the server")
            }
        }
        guard let machine = book.account(name)?.machine else {
            if configured[account] != nil { fail("an account that is configured isn't there") }
            if board.keys.contains(where: { $0.account == name }) {
                fail("a token of an account that was taken out is still served")
            }
            return
        }
        if configured[account] == nil { fail("an account is there that isn't configured") }
        if board[TokenKey(account: name)] != machine.published {
            fail("readers get another token than the machine believes")
        }
        checkFurther(machine, account)
        guard let grant = machine.grant, let token = ModelToken(grant.accessToken) else { return }
        if account != Cast.own, token.number < story.oldest[token.grantee] ?? 0 {
            fail("a grant has come back that a logout or a newer consent had replaced")
        }
        checkSaved(machine, grant, disk.files[name]?.kept.grant, story)
        checkDue(machine, grant, configured[account]?.lead)
    }

    private mutating func checkSaved(_ machine: GrantMachine, _ grant: Grant, _ saved: Grant?, _ story: Story) {
        if machine.published?.accessToken == grant.accessToken, saved?.accessToken != grant.accessToken,
            !story.refused.contains(grant.accessToken)
        {
            fail("a token was published before its grant was on disk")
        }
        if case .saving = machine.phase { return }
        if machine.saveFailure == nil,
            saved?.accessToken != grant.accessToken || saved?.refreshToken != grant.refreshToken
        {
            fail("the newest grant is neither on disk nor known to be unsaved")
        }
    }

    /// Checks that a configured time before expiry applies as soon as it is loaded.
    private mutating func checkDue(_ machine: GrantMachine, _ grant: Grant, _ lead: Duration?) {
        guard case .active(_, let due?) = machine.phase, let lead, let lifetime = grant.lifetime else { return }
        let expires = grant.issued.instant + lifetime
        let latest = max(expires - min(lead, lifetime / 2), now + .seconds(5))
        if due > latest { fail("a refresh is planned later than the configuration says") }
    }

    /// Checks all rules after each command.
    mutating func checkAll() {
        checkReaders()
        guard violation == nil, book != nil else { return }
        for account in 0..<Cast.size { check(account) }
        if let stop, now - stop.since > Self.longestStop { fail("a stop doesn't come to its end") }
        if storeCall == nil, stop == nil { checkIdleStore() }
        if slots.values.allSatisfy({ $0 == 0 }), stop == nil { checkIdleNetwork() }
    }

    /// Checks that nobody waits for the disk while it does nothing.
    private mutating func checkIdleStore() {
        if !configurations.isEmpty { fail("a reload isn't answered") }
        if !keptConsents.isEmpty { fail("a consent isn't answered") }
        if !logouts.isEmpty { fail("a logout isn't answered") }
        for account in 0..<Cast.size {
            switch book?.account(Cast.name(account))?.machine.phase {
            case .loading, .saving: fail("an account waits for a disk that does nothing")
            default: break
            }
        }
    }

    /// Checks that no account waits for a request while none is under way.
    private mutating func checkIdleNetwork() {
        for account in 0..<Cast.size {
            if case .refreshing = book?.account(Cast.name(account))?.machine.phase {
                fail("an account waits for a refresh that nobody has sent")
            }
        }
    }

    // MARK: - The end

    /// Checks at the end of a stop that nothing is under way, and that every grant is on disk or reported as lost.
    mutating func checkDrained() {
        guard violation == nil, let book else { return }
        if slots.values.contains(where: { $0 > 0 }) { fail("drained while a refresh is under way") }
        if storeCall != nil { fail("drained while the disk works") }
        if !readers.isEmpty { fail("drained while a reader waits") }
        if !configurations.isEmpty || !keptConsents.isEmpty || !logouts.isEmpty { fail("drained while a caller waits") }
        if stories.contains(where: { $0.revocations > 0 }) { fail("drained while a revocation is under way") }
        let unsaved = book.unsaved(now: moment)
        for account in 0..<Cast.size {
            let name = Cast.name(account)
            guard let grant = book.account(name)?.machine.grant, grant.hasToken, unsaved[name] == nil else {
                forget(account)
                continue
            }
            if disk.usable(name)?.kept.grant.accessToken != grant.accessToken {
                fail("a stop loses a grant in silence")
            }
        }
    }

    /// Forgets the tokens of a grant that the stop has reported as lost, or that doesn't exist.
    private mutating func forget(_ account: Int) {
        let onDisk = ModelToken(disk.usable(Cast.name(account))?.kept.grant.refreshToken)
        stories[account].received = onDisk.map { [$0.grantee: $0] } ?? [:]
    }
}

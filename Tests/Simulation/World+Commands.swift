import Accounts
import Grants
import OAuth

/// Performs the events of the history.
extension World {
    package mutating func perform(_ command: Command) {
        switch command {
        case .pass(let duration): pass(duration)
        case .read(let account, let minTTL, let isFresh, let wait): read(account, minTTL, isFresh, wait)
        case .readFurther(let account, let target, let isFresh, let wait):
            read(account, 0, isFresh, wait, target: target)
        case .hangUp: hangUp()
        case .dismissReaders:
            happen { $0.dismissReaders(now: $1) }
            if book != nil, !readers.isEmpty { fail("a reader still waits that was dismissed") }
        case .refresh(let account): refresh(account)
        case .network(let fault): networkFaults.append(fault)
        case .disk(let fault, let times): disk.faults[fault] = times
        case .rewrite(let account): disk.rewrite(Cast.name(account))
        case .crash(let down): crash(down)
        case .stop(let down): beginStop(down)
        case .reboot(let down, let clockOff):
            crash(down)
            boot += 1
            (wallOffset, isClockSure) = (clockOff ?? .zero, clockOff == nil)
        case .synchronise:
            (wallOffset, isClockSure) = (.zero, true)
            happen { $0.resume(now: $1) }
        case .suspend(let duration): suspend(duration)
        case .wallJump(let duration):
            wallOffset += duration
            isClockSure = false
            happen { $0.resume(now: $1) }
        case .reload(let change): reload(change)
        case .logout(let account): logout(account)
        case .beginConsent(let account):
            guard let variant = configured[account] else { break }
            openConsents[account] = OpenConsent(settings: settings.settings(account, variant))
        case .endConsent(let account): endConsent(account)
        case .revoke(let account):
            for client in 0..<2 {
                for server in 0..<2 {
                    servers[server].revoke(Grantee(account: account, client: client, server: server).number)
                }
            }
        }
        switch command {
        // The daemon has not noticed this yet.
        case .network, .disk, .rewrite, .beginConsent, .revoke: break
        default: checkAll()
        }
    }

    private mutating func suspend(_ duration: Duration) {
        now = now + duration
        if let since = stop?.since { stop?.since = since + duration }
        // Everybody who waits has slept as well.
        readers = readers.mapValues { reader in
            var reader = reader
            reader.deadline = max(now, reader.deadline)
            return reader
        }
        happen { $0.resume(now: $1) }
    }

    // MARK: - Processes

    mutating func begin() {
        guard book == nil else { return }
        book = GrantBook(seed: UInt64(process))
        for account in 0..<Cast.size {
            guard let file = disk.usable(Cast.name(account)) else { continue }
            // A crash may come before a logout or a consent is on disk.
            let grantee = file.kept.grantee(account).number
            stories[account].oldest[grantee] = ModelToken(file.kept.grant.accessToken)?.number ?? 0
            stories[account].oldestFurther[grantee] =
                file.kept.further.values.compactMap { ModelToken($0.accessToken)?.number }.min()
        }
        configure()
    }

    private mutating func crash(_ down: Duration) {
        end()
        for account in 0..<Cast.size {
            let onDisk = ModelToken(disk.usable(Cast.name(account))?.kept.grant.refreshToken)
            stories[account].received = onDisk.map { [$0.grantee: $0] } ?? [:]
        }
        schedule(.start, in: down)
    }

    private mutating func end() {
        process += 1
        (book, alarm, storeCall, stop) = (nil, nil, nil, nil)
        (board, unread) = ([:], [])
        (readers, configurations, keptConsents, logouts, slots) = ([:], [], [:], [:], [:])
        for account in 0..<Cast.size { stories[account].crash() }
    }

    private mutating func beginStop(_ down: Duration) {
        guard book != nil, stop == nil else { return }
        stop = Stop(since: now, down: down)
        happen { $0.drain(now: $1) }
    }

    /// Ends a stop, after the book is drained.
    mutating func endStop() {
        guard let stop else { return fail("drained without a stop") }
        checkDrained()
        if violation != nil { return }
        end()
        schedule(.start, in: stop.down)
    }

    // MARK: - Configuration

    mutating func configure() {
        guard book != nil else { return }
        lastID += 1
        let id = CallID(number: lastID)
        configurations.insert(id)
        var accounts: [String: AccountSettings] = [:]
        for (account, variant) in configured.enumerated() {
            accounts[Cast.name(account)] = variant.map { settings.settings(account, $0) }
        }
        happen { $0.configure(accounts, call: id, now: $1) }
        for account in 0..<Cast.size { checkSettings(account) }
    }

    private mutating func reload(_ change: Command.Change) {
        guard stop == nil else { return }
        // The new machines haven't seen any refusal.
        for account in 0..<Cast.size { stories[account].invalid = (0, 0) }
        switch change {
        case .nothing: break
        case .lead(let account, let lead): configured[account]?.lead = lead
        case .targets(let account, let targets): configured[account]?.targets = targets
        case .client(let account): configured[account]?.client ^= 1
        case .server(let account): configured[account]?.server ^= 1
        case .takeOut(let account, let duration): takeOut(account, duration)
        case .takeAllOut(let duration): for account in 0..<Cast.size { takeOut(account, duration) }
        }
        configure()
    }

    private mutating func takeOut(_ account: Int, _ duration: Duration) {
        configured[account] = nil
        schedule(.putBack(account: account), in: duration)
    }

    // MARK: - Users

    private mutating func logout(_ account: Int) {
        guard book != nil, let variant = configured[account], stop == nil else { return }
        if account != Cast.own { stories[account].oldest[variant.grantee(account).number] = Story.loggedOut }
        stories[account].oldestFurther[variant.grantee(account).number] = nil
        lastID += 1
        let id = CallID(number: lastID)
        logouts[id] = variant.grantee(account)
        happen { $0.logout(Cast.name(account), call: id, now: $1) }
    }

    /// The user's answer arrives, for the client and the server with which the consent began.
    private mutating func endConsent(_ account: Int) {
        guard book != nil, let consent = openConsents.removeValue(forKey: account) else { return }
        let grantee = SettingsBook.grantee(consent.settings)
        let isOwn = account == Cast.own
        let tokens = servers[grantee.server].consent(grantee.number, isOwn: isOwn, at: now)
        let grant = Grant(tokens, requestedScope: Scope(["mail"]), sent: moment, isOwn: isOwn)
        let fits = configured[account]?.grantee(account) == grantee
        let (oldest, further) = (
            stories[account].oldest[grantee.number], stories[account].oldestFurther[grantee.number]
        )
        if let token = ModelToken(tokens.refreshToken) {
            stories[account].received[token.grantee] = token
            if fits { stories[account].oldest[token.grantee] = token.number }
            if fits { stories[account].oldestFurther[token.grantee] = nil }
        }
        lastID += 1
        let id = CallID(number: lastID)
        keptConsents[id] = KeptConsent(
            grantee: grantee, refreshToken: tokens.refreshToken, oldest: oldest, oldestFurther: further)
        happen { $0.consented(grant, settings: consent.settings, call: id, now: $1) }
        if !fits, keptConsents[id] != nil {
            fail("a consent is kept for another client or server than it was given to")
        }
    }

    private mutating func read(
        _ account: Int, _ minTTL: Int, _ isFresh: Bool, _ wait: Int, target: Int = ModelTarget.own
    ) {
        guard book != nil else { return }
        let key = TokenKey(account: Cast.name(account), token: ModelTarget.key(target))
        let token = board[key]
        if unread.remove(key) != nil { happen { $0.noteRead(key, now: $1) } }
        let need = ReaderNeed(validity: .seconds(minTTL), newerThan: isFresh ? token?.version ?? 0 : nil)
        if let token, token.satisfies(need, at: now) { return serve(token, need, target: target) }
        let (id, deadline) = enqueue(account, need, .seconds(wait), target: target)
        happen { $0.read(key, need, id: id, deadline: deadline, now: $1) }
    }

    private mutating func refresh(_ account: Int) {
        guard book != nil else { return }
        let published = board[TokenKey(account: Cast.name(account))]
        let (id, deadline) = enqueue(account, ReaderNeed(newerThan: published?.version), .seconds(30))
        happen { $0.refreshNow(Cast.name(account), id: id, deadline: deadline, now: $1) }
    }

    private mutating func enqueue(
        _ account: Int, _ need: ReaderNeed, _ wait: Duration, target: Int = ModelTarget.own
    ) -> (ReaderID, Instant) {
        lastID += 1
        let id = ReaderID(number: lastID)
        readers[id] = Reader(account: account, deadline: now + wait, need: need, target: target)
        return (id, now + wait)
    }

    private mutating func hangUp() {
        guard let id = readers.keys.min(by: { $0.number < $1.number }), let reader = readers.removeValue(forKey: id)
        else { return }
        happen { $0.abandon(id, of: Cast.name(reader.account), now: $1) }
    }
}

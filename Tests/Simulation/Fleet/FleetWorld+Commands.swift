import Grants
import OAuth
import TestRegister

/// Performs the events of the history.
extension FleetWorld {
    package mutating func perform(_ command: FleetCommand) {
        switch command {
        case .pass(let duration): pass(duration)
        case .read(let host, let account): read(host, account)
        case .refresh(let host, let account):
            ask(host) { $0.refreshNow(Self.name(account), id: $1, deadline: $2.instant + .seconds(30), now: $2) }
        case .consent(let host, let account): consent(host, account)
        case .logout(let host, let account): logout(host, account)
        case .fault(let fault, let host): perform(fault, host)
        case .aimed(let fault, let delay): aimed = [(fault, delay)]
        case .network(let fault): networkFaults = [fault]
        case .backUp: backup = register
        case .setBack:
            guard let backup, hosts.allSatisfy({ isQuiet($0) }) else { break }
            register.setBack(to: backup)
            interrupt()
        case .wipe:
            guard hosts.allSatisfy({ isQuiet($0) }) else { break }
            register.wipe()
            backup = nil
            interrupt()
        case .take(let host, let account):
            guard hosts[host].isWell(at: now), let number = number(record(of: account)) else { break }
            stories[account].taken.insert(number)
            let id = call()
            happen(host) { $0.take(Self.name(account), call: id, now: $1) }
        }
        checkAll()
    }

    /// Whether the host has had time enough to publish what it has.
    private func isQuiet(_ host: FleetHost) -> Bool {
        host.isWell(at: now) && host.lostReplies == 0 && host.diskFaults == 0
            && host.wellSince.map { now - $0 > .seconds(60) } == true
    }

    private mutating func call() -> CallID {
        lastID += 1
        return CallID(number: lastID)
    }

    // MARK: - Users

    private func isRunning(_ host: Int) -> Bool {
        hosts[host].book != nil && (hosts[host].suspended ?? now) <= now && hosts[host].stop == nil
    }

    private mutating func ask(_ host: Int, _ ask: (inout GrantBook, ReaderID, Moment) -> [BookAction]) {
        guard isRunning(host) else { return }
        let id = ReaderID(number: call().number)
        hosts[host].readers[id] = now + .seconds(30)
        happen(host) { ask(&$0, id, $1) }
    }

    private mutating func read(_ host: Int, _ account: Int) {
        guard isRunning(host) else { return }
        let key = TokenKey(account: Self.name(account))
        if let token = hosts[host].board[key], token.satisfies(ReaderNeed(), at: hosts[host].moment(now).instant) {
            if ModelToken(token.accessToken)?.isAlive(at: now) != true { fail("a dead token was served") }
            return
        }
        ask(host) { $0.read(key, ReaderNeed(), id: $1, deadline: $2.instant + .seconds(30), now: $2) }
    }

    /// A consent needs the register; a user whose host can't reach it goes to another one.
    mutating func consent(_ host: Int, _ account: Int) {
        stories[account].isConsentAwaited = false
        guard let host = [host, host + 1, host + 2].map({ $0 % Self.size }).first(where: { hosts[$0].isWell(at: now) })
        else { return }
        let tokens = server.consent(account, at: now)
        note(tokens, of: account)
        let grant = Grant(tokens, requestedScope: Scope(["mail"]), sent: hosts[host].moment(now))
        guard let one = settings[Self.name(account)] else { return }
        let id = call()
        happen(host) { $0.consented(grant, settings: one, call: id, now: $1) }
    }

    private mutating func logout(_ host: Int, _ account: Int) {
        guard hosts[host].isWell(at: now) else { return }
        (stories[account].loggedOut, stories[account].loggedOutBy) = (server.accounts[account].newest, host)
        let id = call()
        happen(host) { $0.logout(Self.name(account), call: id, now: $1) }
    }

    // MARK: - Faults

    /// A host that stands still for longer has lost its connections.
    private static let patienceOfConnections = Duration.seconds(60)

    mutating func perform(_ fault: FleetCommand.Fault, _ host: Int) {
        // A logout or a consent is on disk before its host may fail.
        if let spared, spared > now { return }
        switch fault {
        case .kill(let down): if hosts[host].book != nil { end(host, down: down) }
        case .reboot(let down):
            guard hosts[host].book != nil else { return }
            end(host, down: down)
            hosts[host].boot += 1
            hosts[host].clock = hosts[host].clock - .seconds(4000)
        case .suspend(let duration):
            guard isRunning(host) else { return }
            hosts[host].suspended = now + duration
            hosts[host].wellSince = now + duration
            guard duration > Self.patienceOfConnections else { return }
            hosts[host].isFollowing = false
            schedule(.mend, at: host, in: duration)
        case .stop(let down):
            guard isRunning(host) else { return }
            hosts[host].stop = (now, down)
            happen(host) { $0.drain(now: $1) }
        case .cut(let duration):
            hosts[host].cut = max(hosts[host].cut ?? now, now + duration)
            hosts[host].isFollowing = false
            schedule(.mend, at: host, in: duration)
        case .loseReplies(let count): hosts[host].lostReplies = count
        case .diskFails(let count): hosts[host].diskFaults = count
        case .wallJump(let duration):
            hosts[host].wall += duration
            if isRunning(host) { happen(host) { $0.resume(now: $1) } }
        }
    }
}

import Failures
import Grants

/// The shell of each host's production book, which performs its actions.
extension FleetWorld {
    /// Passes an event to a host's book in place, since a copy of the book would copy everything in it.
    mutating func happen(_ host: Int, _ event: (inout GrantBook, Moment) -> [BookAction]) {
        let (moment, process) = (hosts[host].moment(now), hosts[host].process)
        guard violation == nil, let actions = hosts[host].book?.apply(event, moment) else { return }
        for action in actions where hosts[host].process == process { perform(action, host) }
    }

    private mutating func perform(_ action: BookAction, _ host: Int) {
        switch action {
        case .post(let post):
            send(post, from: host)
            if sabotage == .sendsTwice { send(post, from: host) }
        case .revoke(let revocation):
            if sabotage != .revokesNothing, let token = ModelToken(revocation.grant.refreshToken) {
                server.revoke(token.grantee, token.number)
            }
            schedule(.revoked(revocation), at: host, in: .milliseconds(80))
        case .store(let call):
            if hosts[host].storeCall != nil { fail("two calls of the store are under way at once") }
            hosts[host].storeCall = call
            schedule(.store(call), at: host, in: .milliseconds(5))
        case .register(let call):
            if case .write(let record, _) = call.request { checkSaved(record, Self.account(call.key.account), host) }
            schedule(.registerArrival(call), at: host, in: .milliseconds(2))
        case .publish(let token, let key):
            hosts[host].board[key] = token
            checkPublished(token, key, host)
        case .answer(let ids, let answer): for id in ids { take(answer, of: id, host) }
        case .tell(let account, let event): take(event, of: Self.account(account), host)
        case .wake(let instant): if sabotage != .sleepsThroughAlarms { hosts[host].alarm = instant }
        case .configured(let id, _):
            if hosts[host].configurations.remove(id) == nil { fail("a configuration was answered twice") }
        case .loggedOut(_, let outcome):
            if let token = ModelToken(outcome.grant?.refreshToken) { server.revoke(token.grantee, token.number) }
        case .consented, .settled, .taken: break
        case .drained: endStop(host)
        }
    }

    private mutating func take(_ answer: ReaderAnswer, of id: ReaderID, _ host: Int) {
        guard let deadline = hosts[host].readers.removeValue(forKey: id) else {
            return fail("a reader was answered twice")
        }
        if (hosts[host].suspended ?? now) < now, deadline < now - .seconds(10_000) {
            fail("a reader was answered late")
        }
        if case .token(let token) = answer, ModelToken(token.accessToken)?.isAlive(at: now) != true {
            fail("a dead token was served")
        }
    }

    private mutating func take(_ event: GrantEvent, of account: Int, _ host: Int) {
        switch event {
        case .consentRequired:
            guard !stories[account].isConsentAwaited else { return }
            stories[account].isConsentAwaited = true
            schedule(.consent(account: account), at: (host + 1) % Self.size, in: .seconds(60))
        case .refreshFailed(let failure, _, _) where failure.code == .invalidGrant: checkBelieved(account, host)
        default: break
        }
    }

    // MARK: - The store

    mutating func work(_ call: StoreCall, _ host: Int) {
        hosts[host].storeCall = nil
        let reply = hosts[host].perform(call, isSaving: sabotage != .savesNothing, at: now)
        happen(host) { $0.storeEnded(reply, now: $1) }
    }

    // MARK: - Processes

    mutating func start(_ host: Int) {
        guard hosts[host].book == nil else { return }
        let fleet = Fleet(
            host: hosts[host].name, name: hosts[host].name, run: "\(host).\(hosts[host].process)",
            patience: Self.patience, interval: .seconds(10_800))
        hosts[host].book = GrantBook(seed: UInt64(host * 100_000 + hosts[host].process), fleet: fleet)
        hosts[host].wellSince = now
        lastID += 1
        let id = CallID(number: lastID)
        hosts[host].configurations.insert(id)
        happen(host) { [settings] in $0.configure(settings, call: id, now: $1) }
        schedule(.resync, at: host, in: .milliseconds(50))
    }

    mutating func end(_ host: Int, down: Duration) {
        hosts[host].end()
        for account in stories.indices {
            // A crash may come before a logout is on disk.
            if stories[account].loggedOutBy == host, let kept = hosts[host].disk[Self.name(account)]?.kept,
                ModelToken(kept.grant.refreshToken)?.number ?? .max <= stories[account].loggedOut
            {
                stories[account].loggedOut = 0
            }
            for number in stories[account].inFlight.keys {
                stories[account].inFlight[number]?.removeAll { $0 == host }
            }
        }
        schedule(.start, at: host, in: down)
    }

    private mutating func endStop(_ host: Int) {
        guard let stop = hosts[host].stop else { return fail("drained without a stop") }
        checkStopped(host)
        end(host, down: stop.down)
    }
}

extension FleetHost {
    /// Forgets what ends with the process.
    func end() {
        process += 1
        (book, alarm, storeCall, stop, isFollowing, suspended) = (nil, nil, nil, nil, false, nil)
        (board, configurations, readers) = ([:], [], [:])
    }

    func perform(_ call: StoreCall, isSaving: Bool, at now: Instant) -> StoreReply {
        switch call {
        case .load(let account): return .loaded(load(account, at: moment(now)))
        case .save(let kept, let account, let expected):
            if diskFaults > 0 {
                diskFaults -= 1
                return .failed(.init(.storage, "no space left", at: moment(now).wall))
            }
            guard disk[account]?.revision == expected else { return .saved(.changed) }
            lastRevision += 1
            let revision = Revision("\(lastRevision)")
            if isSaving { disk[account] = Kept(kept: kept, revision: revision, boot: boot) }
            return .saved(.saved(revision))
        case .erase(let account), .setAside(let account):
            disk[account] = nil
            return .removed
        }
    }
}

extension GrantBook {
    fileprivate mutating func apply(
        _ event: (inout GrantBook, Moment) -> [BookAction], _ now: Moment
    ) -> [BookAction] {
        event(&self, now)
    }
}

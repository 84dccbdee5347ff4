import Accounts
import Failures
import FoundationEssentials
import HeapModule
import OAuth
package import Register

/// The accounts whose grants other hosts share: a `ShareMachine` for each, beside its `GrantMachine`. It is kept until its
/// work is published, also where the account leaves the configuration.
extension GrantBook {
    struct ShareWake: Sendable, Comparable {
        var instant: Instant
        var key: ShareKey

        static func < (left: ShareWake, right: ShareWake) -> Bool { left.instant < right.instant }
    }

    // MARK: - Events

    /// Reports the answer to the request that is under way for this name. `time` is what the reply says of the engine's
    /// time.
    package mutating func registerEnded(
        _ reply: RegisterReply, of call: RegisterCall, time: EngineTime?, now: Moment
    ) -> [BookAction] {
        event(now: now) { book in
            if let time { book.engine.note(time) }
            guard book.shares[call.key]?.value.calls == call.number else { return }
            book.share(call.key, now: now) { machine, moment in
                switch call.request {
                case .read: machine.readEnded(reply, at: moment)
                case .write: machine.writeEnded(reply, at: moment)
                }
            }
        }
    }

    /// Reports that a host has written to the register.
    package mutating func registerChanged(_ reading: SharedReading, of key: ShareKey, now: Moment) -> [BookAction] {
        event(now: now) { book in book.share(key, now: now) { $0.changed(reading, at: $1) } }
    }

    /// Reports what the register holds, after its changes could not be followed. Names that are missing have no value.
    package mutating func registerResynced(
        _ readings: [ShareKey: SharedReading], time: EngineTime, now: Moment
    ) -> [BookAction] {
        event(now: now) { book in
            book.engine.note(time)
            for key in book.shares.keys.sorted(by: { $0.account < $1.account }) {
                let reading = readings[key] ?? SharedReading(.absent, revision: .absent)
                book.share(key, now: now) { $0.resynced(reading, at: $1) }
            }
        }
    }

    /// A person allows this host to take over the claim that another host has on the account's refresh.
    package mutating func take(_ name: String, call: CallID, now: Moment) -> [BookAction] {
        event(now: now) { book in
            var isTaken = false
            if let key = book.shareKey(name) {
                book.share(key, now: now) { machine, moment in
                    let actions = machine.take(at: moment)
                    isTaken = actions != nil
                    return actions ?? []
                }
            }
            book.act(.taken(call, isTaken))
        }
    }

    // MARK: - Performing

    /// Whether the account's grant is shared.
    func isShared(_ settings: AccountSettings) -> Bool {
        fleet != nil && settings.isShared && settings.flow != .clientCredentials
    }

    /// The account's key in the register; nil where it isn't shared.
    func shareKey(_ name: String) -> ShareKey? {
        guard fleet != nil, let settings = accounts[name]?.value.settings, isShared(settings) else { return nil }
        return ShareKey(account: name, binding: GrantBinding(settings))
    }

    /// The key of the machine that this refresh belongs to, whatever the account's settings are now; nil where there is
    /// none.
    func shareKey(of post: RefreshPost) -> ShareKey? {
        guard !shares.isEmpty else { return nil }
        let key = ShareKey(account: post.account, binding: GrantBinding(post.settings))
        return shares[key] == nil ? nil : key
    }

    /// Passes an event to the machine of a key, and performs its actions.
    mutating func share(
        _ key: ShareKey, now: Moment, _ happen: (inout ShareMachine, EngineMoment) -> [ShareAction]
    ) {
        let moment = EngineMoment(now: now, clock: engine)
        guard stage != .drained, let actions = shares[key]?.apply({ happen(&$0, moment) }) else { return }
        for action in actions { perform(action, of: key, now: now) }
        if shares[key]?.value.isDone == true {
            shares[key] = nil
        } else {
            schedule(key)
        }
    }

    /// Passes an event to the account's machine, where it is shared.
    mutating func share(
        account name: String, now: Moment, _ happen: (inout ShareMachine, EngineMoment) -> [ShareAction]
    ) {
        if let key = shareKey(name) { share(key, now: now, happen) }
    }

    private mutating func perform(_ action: ShareAction, of key: ShareKey, now: Moment) {
        let name = key.account
        switch action {
        case .read: request(.read, key)
        case .write(let record, let revision): request(.write(record, ifRevision: revision), key)
        case .queue(let post): take(slotFor: post, key, now: now)
        case .leaveQueue(let post): leave(post, now: now)
        case .post(let post): act(.post(post))
        case .pass(let outcome, let post):
            happen(to: name, sent: post.settings, now: now) { $0.refreshEnded(outcome, of: post.order, now: now) }
            finishSaving(key, now: now)
        case .revoke(let grant, let post):
            revocations += 1
            act(.revoke(LateRevocation(grant: grant, settings: post.settings)))
        case .tell(let event): act(.tell(account: name, event))
        case .adopt, .setAside, .end, .refuse, .hinder, .refresh, .keep:
            // They are for the grant's machine; the account may have got another client, or have been taken out.
            if shareKey(name) == key { passOn(action, to: name, now: now) }
            finishSaving(key, now: now)
        }
    }

    private mutating func request(_ request: RegisterCall.Request, _ key: ShareKey) {
        act(.register(RegisterCall(key: key, request: request, number: shares[key]?.value.calls ?? 0)))
    }

    private mutating func passOn(_ action: ShareAction, to name: String, now: Moment) {
        guard let settings = accounts[name]?.value.settings else { return }
        switch action {
        case .adopt(let kept):
            dropQueuedPosts(of: name)
            if let failure = settings.refusal(ofStored: kept.grant.identity, at: now.wall) {
                return happen(to: name, now: now) { $0.endedElsewhere(failure, now: now) }
            }
            var grant = kept.grant
            grant.share(settings.scope)
            happen(to: name, now: now) {
                $0.adopted(grant, further: kept.further, refreshedAt: kept.refreshedAt, now: now)
            }
        case .end:
            dropQueuedPosts(of: name)
            happen(to: name, now: now) { $0.endedElsewhere(now: now) }
        case .setAside: setPlace(.foreign, of: name)
        case .refuse(let failure, let isOwn):
            happen(to: name, now: now) { $0.refused(failure, isOwn: isOwn, now: now) }
        case .hinder(let obstacle): happen(to: name, now: now) { $0.hindered(obstacle, now: now) }
        case .refresh: happen(to: name, now: now) { $0.refreshWanted(now: now) }
        case .keep:
            guard let machine = accounts[name]?.value.machine else { return }
            if let grant = machine.grant {
                save(grant, version: machine.version, of: name)
            } else {
                enqueue(.erase(account: name, bury(name), answers: false))
            }
        default: break
        }
    }

    /// Lets the machine go on where its newest version isn't on its way to the store, so that it would never be saved.
    private mutating func finishSaving(_ key: ShareKey, now: Moment) {
        guard shares[key]?.value.isSaving == true, let stamp = shares[key]?.value.local else { return }
        func saves(_ task: StoreTask) -> Bool { task.account == key.account && task.stamp == stamp }
        guard storeWork.map({ saves($0.task) }) != true, !storeQueue.contains(where: saves) else { return }
        share(key, now: now) { $0.saved(stamp, at: $1) }
    }

    /// What the store gets in the place of a shared grant that has ended; nil where the account isn't shared.
    func bury(_ name: String) -> KeptGrant? {
        guard let key = shareKey(name), let stamp = shares[key]?.value.local, stamp.isEnded else { return nil }
        return .ended(stamp, binding: key.binding, at: Moment(instant: Instant(nanoseconds: 0), wall: .distantPast))
    }

    // MARK: - Accounts

    /// Makes a machine for the account, where its grant is shared and none is at work on it still.
    mutating func beginSharing(_ name: String) {
        guard let fleet, let key = shareKey(name), shares[key] == nil else { return }
        shares[key] = Boxed(ShareMachine(account: name, fleet: fleet, jitter: Jitter(seed: seeds.next())))
    }

    /// Ends sharing as far as this account needs it, before it is taken out or isn't shared any more.
    mutating func endSharing(_ name: String, now: Moment) {
        guard let key = shareKey(name) else { return }
        let wish = shares[key]?.value.wish
        share(key, now: now) { $0.abandon(at: $1) }
        guard let post = wish else { return }
        let failure = Failure(.refreshing, "the configuration has changed meanwhile", at: now.wall)
        happen(to: name, now: now) { $0.refreshEnded(.failed(failure), of: post.order, now: now) }
    }

    /// Begins or ends sharing with settings under which the account keeps its grant.
    mutating func configureSharing(_ name: String, _ new: AccountSettings, now: Moment) {
        let wasShared = shareKey(name) != nil
        if wasShared, !isShared(new) { endSharing(name, now: now) }
        accounts[name]?.value.settings = new
        guard !wasShared, shareKey(name) != nil, let machine = accounts[name]?.value.machine, !machine.isLoading else {
            return
        }
        beginSharing(name)
        let kept = machine.grant.map {
            KeptGrant(
                grant: $0, binding: GrantBinding(new), refreshedAt: machine.refreshedAt, further: machine.heldFurther)
        }
        share(account: name, now: now) { $0.loaded(kept, at: $1) }
    }

    // MARK: - Time

    private mutating func schedule(_ key: ShareKey) {
        guard let next = shares[key]?.value.earlierWake else { return }
        shares[key]?.value.scheduled = next
        shareWakes.insert(ShareWake(instant: next, key: key))
    }

    mutating func wakeShares(now: Moment) {
        var due: [ShareKey] = []
        while let wake = shareWakes.min, wake.instant <= now.instant {
            shareWakes.removeMin()
            guard shares[wake.key]?.value.scheduled == wake.instant else { continue }
            shares[wake.key]?.value.scheduled = nil
            due.append(wake.key)
        }
        for key in due { share(key, now: now) { $0.wake(at: $1) } }
    }
}

extension Boxed<ShareMachine> {
    fileprivate mutating func apply(_ happen: (inout ShareMachine) -> [ShareAction]) -> [ShareAction] {
        happen(&value)
    }
}

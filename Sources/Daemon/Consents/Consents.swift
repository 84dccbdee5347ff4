import Accounts
import AuthorizationClient
import CLinux
import Configuration
import Failures
import Grants
import NIOCore
import RedirectListener
import Synchronization

/// Runs the consents: holds one `ConsentBook`, performs its orders, and answers the callers that wait.
///
/// State is behind one lock, which is held only for a transition; browsers are served on the event loop. Requests to
/// the authorization server, storing of grants and opening of listeners are jobs of `run`, which run concurrently. So
/// do the timers and the closing of listeners, which a stop cuts short once the jobs have ended.
final class Consents: Sendable {
    struct Core {
        var book: ConsentBook
        var listeners: [String: RedirectListener] = [:]
        var starts = Outstanding<Result<Consent, Failure>>()
        var browsers = Outstanding<BrowserAnswer>()
        var pastes = Outstanding<Result<Consent, Failure>>()
        var waits = Outstanding<Consent?>()
        /// The demands of consents that haven't sent their request yet, by consent id.
        var demands: [String: ConsentDemands] = [:]
        fileprivate var isStopped = false
        fileprivate var lastWaiter: UInt64 = 0
        /// The times for which a timer is running.
        fileprivate var timers: Set<Instant> = []

        mutating func nextWaiter() -> WaiterID {
            lastWaiter += 1
            return WaiterID(number: lastWaiter)
        }
    }

    private enum Pause: Sendable {
        case until(Instant)
        /// How long a listener stays after the end of its consent.
        case linger(consent: String)
        case close(consent: String)
    }

    let keeper: GrantKeeper
    let tokenEndpoint: TokenEndpoint
    let time: any Timekeeper
    let group: any EventLoopGroup
    private let clock: any Clock<Duration>
    let observer: @Sendable (_ account: String, ConsentEvent) -> Void
    private let core: Mutex<Core>
    private let (jobs, jobQueue) = AsyncStream.makeStream(of: ConsentOrder.self)
    private let (pauses, pauseQueue) = AsyncStream.makeStream(of: Pause.self)

    /// How long a listener stays open after the end: it serves the pages with the outcome, and answers late or repeated
    /// responses.
    private static let linger = Duration.seconds(15)

    init(
        keeper: GrantKeeper, tokenEndpoint: TokenEndpoint, time: any Timekeeper, clock: any Clock<Duration>,
        group: any EventLoopGroup, observer: @escaping @Sendable (_ account: String, ConsentEvent) -> Void
    ) {
        self.keeper = keeper
        self.tokenEndpoint = tokenEndpoint
        self.time = time
        self.clock = clock
        self.group = group
        self.observer = observer
        core = Mutex(
            Core(
                book: ConsentBook(
                    timeout: DaemonConfiguration.defaultConsentTimeout, catalogue: tokenEndpoint.catalogue)))
    }

    /// Works until `stop` was called and all codes that are being redeemed have led to a grant or a failure.
    func run() async {
        await withTaskGroup { group in
            group.addTask {
                await withDiscardingTaskGroup { jobs in
                    for await order in self.jobs { jobs.addTask { await self.perform(order) } }
                }
                self.pauseQueue.finish()
            }
            group.addTask {
                await withDiscardingTaskGroup { pauses in
                    for await pause in self.pauses { pauses.addTask { await self.perform(pause) } }
                    pauses.cancelAll()
                }
            }
        }
    }

    /// Refuses new consents and cancels those that wait for their users, so that no caller waits for their end.
    func cancelAll() {
        transition { core, now in core.book.stop(now: now) }
    }

    /// Ends `run` once no work is under way that can lead to a grant.
    func stop() {
        transition { core, now in
            core.isStopped = true
            return core.book.stop(now: now)
        }
    }

    /// Sets how long a user may take; it applies to consents that start later.
    func adopt(timeout: Duration) {
        core.withLock { $0.book.timeout = timeout }
    }

    /// The newest consent of an account, even if it is over. Doesn't change it.
    func consent(of account: String) -> Consent? {
        core.withLock { $0.book.consent(of: account, at: time.now()) }
    }

    /// Applies an event to the state and performs the resulting orders. Callers are answered after the lock is
    /// released.
    func transition(_ event: (inout Core, Moment) -> [ConsentOrder]) {
        let answers = core.withLock { core -> [@Sendable () -> Void] in
            let answers = event(&core, time.now()).flatMap { perform($0, in: &core) }
            if let wake = core.book.nextWake, core.timers.insert(wake).inserted { pauseQueue.yield(.until(wake)) }
            if core.isStopped, core.book.hasEnded { jobQueue.finish() }
            return answers
        }
        for answer in answers { answer() }
    }

    /// Applies an event to one consent; does nothing if it no longer exists.
    func transition(_ consent: String, _ event: (inout ConsentMachine, Moment) -> [ConsentAction]) {
        transition { core, now in core.book.happen(to: consent) { event(&$0, now) } ?? [] }
    }

    /// Removes and returns the demands of a consent.
    func takeDemands(of consent: String) -> ConsentDemands {
        core.withLock { $0.demands.removeValue(forKey: consent) } ?? ConsentDemands()
    }

    func nextWaiter() -> WaiterID { core.withLock { $0.nextWaiter() } }

    func addListener(_ listener: RedirectListener, of consent: String) {
        core.withLock { $0.listeners[consent] = listener }
    }

    /// The listeners of earlier consents at this port. Two consents that need the same port never run at once.
    func listeners(at port: Int) -> [RedirectListener] {
        core.withLock { $0.listeners.values.filter { $0.port == port } }
    }

    /// Queues orders that take time. Answers are returned, because they must be called after the lock is released.
    private func perform(_ order: ConsentOrder, in core: inout Core) -> [@Sendable () -> Void] {
        switch order.action {
        case .resolve, .listen, .push, .authorizeDevice, .poll, .redeem, .requestTokens, .keep: jobQueue.yield(order)
        case .retireListener: pauseQueue.yield(.linger(consent: order.consent))
        case .closeListener: pauseQueue.yield(.close(consent: order.consent))
        case .answerStarts(let ids, let result): return core.starts.answer(ids, result)
        case .answerBrowsers(let ids, let answer): return core.browsers.answer(ids, answer)
        case .answerWaiters(let ids, let consent):
            return core.waits.answer(ids, consent) + core.pastes.answer(ids, .success(consent))
        case .refusePaste(let id, let failure): return core.pastes.answer([id], .failure(failure))
        case .tell(let event): return [{ [observer] in Self.tell(event, of: order.account, observer) }]
        }
        return []
    }

    private static func tell(
        _ event: ConsentEvent, of account: String, _ observer: (_ account: String, ConsentEvent) -> Void
    ) {
        observer(account, event)
        // The next consent may be weeks away, so the memory is returned to the system.
        if case .ended = event { shim_give_back_memory() }
    }

    private func perform(_ pause: Pause) async {
        switch pause {
        case .until(let instant):
            // The sleep is cancelled when the daemon stops.
            guard (try? await clock.sleep(for: instant - time.instant())) != nil else { return }
            transition { core, now in
                core.timers.remove(instant)
                return core.book.wake(now: now)
            }
        case .linger(let consent):
            try? await clock.sleep(for: Self.linger)
            await core.withLock { $0.listeners[consent] }?.finish(linger: .seconds(1))
            forgetListener(of: consent)
        case .close(let consent):
            await core.withLock { $0.listeners[consent] }?.close()
            forgetListener(of: consent)
        }
    }

    private func forgetListener(of consent: String) {
        core.withLock { $0.listeners[consent] = nil }
        transition(consent) { machine, _ in
            machine.listenerClosed()
            return []
        }
    }
}

/// Callers that wait for one kind of answer. Each is answered exactly once.
struct Outstanding<Answer: Sendable>: Sendable {
    private var waiting: [WaiterID: @Sendable (Answer) -> Void] = [:]

    mutating func add(_ id: WaiterID, _ answer: @escaping @Sendable (Answer) -> Void) {
        waiting[id] = answer
    }

    /// Returns the calls that answer these waiters; ids that don't wait for this kind of answer are ignored.
    mutating func answer(_ ids: [WaiterID], _ answer: Answer) -> [@Sendable () -> Void] {
        ids.compactMap { waiting.removeValue(forKey: $0) }.map { waiter in { waiter(answer) } }
    }
}

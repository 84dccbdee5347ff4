import APIContract
import Accounts
import AuthorizationClient
import CLinux
import FoundationEssentials
import Grants
import Logging
import NIOCore
import OAuth
import RedirectListener
import Synchronization

/// Conducts the consents, one an account at a time.
actor ConsentDesk {
    struct Open: Sendable {
        var session: ConsentSession
        var listener: RedirectListener?
    }

    /// A consent on its way to its pending state.
    private struct Beginning {
        /// The fixed port that it will listen on.
        var port: Int?
        /// Those who asked for the same account meanwhile.
        var joined: [CheckedContinuation<Result<Open, Problem>, Never>] = []
    }

    let keeper: GrantKeeper
    let tokenEndpoint: TokenEndpoint
    let time: any Timekeeper
    let clock: any Clock<Duration>
    let group: any EventLoopGroup
    let log: Logger
    private(set) var timeout: Duration
    private let open = Mutex<[String: Open]>([:])
    private var beginnings: [String: Beginning] = [:]
    var random = SystemRandomNumberGenerator()
    private let (work, queue) = AsyncStream.makeStream(of: Open.self)
    private let (over, retire) = AsyncStream.makeStream(of: RedirectListener.self)

    /// How long the listener stays after the end: for result pages, and for responses that come late or again.
    private static let linger = Duration.seconds(15)

    init(
        keeper: GrantKeeper, tokenEndpoint: TokenEndpoint, time: any Timekeeper, clock: any Clock<Duration>,
        group: any EventLoopGroup, timeout: Duration, log: Logger
    ) {
        self.keeper = keeper
        self.tokenEndpoint = tokenEndpoint
        self.time = time
        self.clock = clock
        self.group = group
        self.timeout = timeout
        self.log = log
    }

    /// Works until `stop`, which ends what waits for the user and lets a code that is being redeemed come to its grant.
    func run() async {
        await withTaskGroup { group in
            group.addTask {
                await withDiscardingTaskGroup { consents in
                    for await open in self.work { consents.addTask { await self.conduct(open) } }
                }
                self.retire.finish()
            }
            group.addTask {
                await withDiscardingTaskGroup { listeners in
                    for await listener in self.over { listeners.addTask { await self.linger(listener) } }
                    listeners.cancelAll()
                }
            }
        }
    }

    nonisolated func stop() {
        queue.finish()
        for open in sessions { open.session.stopWaiting(.cancelled) }
    }

    func adopt(timeout: Duration) {
        self.timeout = timeout
    }

    /// The consent of this account, also one that is over.
    nonisolated func session(_ account: String) -> Open? { open.withLock { $0[account] } }

    nonisolated var sessions: [Open] { open.withLock { Array($0.values) } }

    private func pending(_ account: String) -> Open? {
        session(account).flatMap { $0.session.phase.isOver ? nil : $0 }
    }

    /// Starts a consent, or joins the one that this account has.
    func start(_ settings: AccountSettings, flow wish: ConsentFlow?) async throws(Problem) -> Open {
        let account = settings.name
        if let pending = pending(account) { return pending }
        if beginnings[account] != nil {
            return try await withCheckedContinuation { beginnings[account]?.joined.append($0) }.get()
        }
        let flow = try Self.flow(of: settings, wish: wish)
        let port = flow == .loopback ? settings.redirectURI.port : nil
        if let port, let other = holder(of: port) { throw .portBusy(port, other) }
        beginnings[account] = Beginning(port: port)
        let result = await begin(settings, flow)
        for joiner in beginnings.removeValue(forKey: account)?.joined ?? [] { joiner.resume(returning: result) }
        return try result.get()
    }

    /// The account whose consent needs this port, also one that doesn't listen on it yet.
    private func holder(of port: Int) -> String? {
        beginnings.first { $0.value.port == port }?.key
            ?? sessions.first { $0.listener?.port == port && !$0.session.phase.isOver }?.session.settings.name
    }

    private func begin(_ settings: AccountSettings, _ flow: ConsentFlow) async -> Result<Open, Problem> {
        do throws(Problem) {
            let started = try await prepare(settings, flow)
            open.withLock { $0[settings.name] = started }
            queue.yield(started)
            log.info("consent started", metadata: ["account": "\(settings.name)", "flow": "\(flow.rawValue)"])
            return .success(started)
        } catch {
            return .failure(error)
        }
    }

    private func conduct(_ open: Open) async {
        let session = open.session
        await withTaskGroup { group in
            let wait = session.expires.instant - time.now().instant
            group.addTask { [clock] in
                do {
                    try await clock.sleep(for: wait)
                    session.stopWaiting(.expired)
                } catch {
                    // The consent has ended first.
                }
            }
            if session.device != nil { group.addTask { await self.pollDevice(session) } }
            if session.pushed != nil { group.addTask { await self.keepPushed(session) } }
            for await event in session.events {
                if await handle(event, session) { break }
            }
            group.cancelAll()
        }
        log.info(
            "consent ended",
            metadata: ["account": "\(session.settings.name)", "state": "\(session.phase.rawValue)"])
        if let listener = open.listener { retire.yield(listener) }
        // The next one may be weeks away.
        shim_give_back_memory()
    }

    /// A response that comes too late or twice is told so; cut short where the daemon stops.
    private func linger(_ listener: RedirectListener) async {
        try? await clock.sleep(for: Self.linger)
        await listener.finish(linger: .seconds(1))
    }
}

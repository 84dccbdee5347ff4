import FoundationEssentials
import Grants
import Logging
import LoopbackListener
import NIOCore
import OAuth
import SocketContract
import Synchronization

/// Conducts the consents, one an account at a time.
actor ConsentDesk {
    struct Open: Sendable {
        var session: ConsentSession
        var listener: RedirectListener?
    }

    private let keeper: GrantKeeper
    private let tokenEndpoint: TokenEndpoint
    private let time: any Timekeeper
    private let clock: any Clock<Duration>
    private let group: any EventLoopGroup
    private let log: Logger
    private var timeout: Duration
    private let open = Mutex<[String: Open]>([:])
    private var random = SystemRandomNumberGenerator()
    private let (work, queue) = AsyncStream.makeStream(of: Open.self)

    /// How long the listener stays after the end at most, so that result pages and late responses get out.
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

    /// Works until `stop`, then ends what is pending.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await open in work { group.addTask { await self.conduct(open) } }
            group.cancelAll()
        }
    }

    nonisolated func stop() {
        queue.finish()
    }

    func adopt(timeout: Duration) {
        self.timeout = timeout
    }

    /// The consent of this account, also one that is over.
    nonisolated func session(_ account: String) -> Open? { open.withLock { $0[account] } }

    private func pending(_ account: String) -> Open? {
        session(account).flatMap { $0.session.phase.isOver ? nil : $0 }
    }

    func start(_ settings: AccountSettings, flow wish: ConsentFlow?) async throws(Problem) -> Open {
        let account = settings.name
        if let pending = pending(account) { return pending }
        let flow = wish ?? (settings.redirectURI.isLoopback ? .loopback : .paste)
        let session = ConsentSession(
            id: RandomText.make(octets: 9, using: &random).expose(), settings: settings, flow: flow,
            expires: time.now() + timeout)
        var listener: RedirectListener?
        if flow == .loopback {
            guard settings.redirectURI.isLoopback else { throw .needsPaste(settings) }
            listener = try await listen(for: session, port: settings.redirectURI.port)
        }
        // Somebody else may have started one while the socket was being opened.
        if let pending = pending(account) {
            await listener?.close()
            return pending
        }
        let redirectURI = settings.redirectURI.sent(port: listener?.port ?? settings.redirectURI.port ?? 80)
        session.start(AuthorizationRequest(settings: settings, redirectURI: redirectURI, using: &random))
        let started = Open(session: session, listener: listener)
        open.withLock { $0[account] = started }
        queue.yield(started)
        log.info("consent started", metadata: ["account": "\(account)", "flow": "\(flow.rawValue)"])
        return started
    }

    private func listen(for session: ConsentSession, port: Int?) async throws(Problem) -> RedirectListener {
        if let port {
            for other in open.withLock({ Array($0.values) }) where other.listener?.port == port {
                guard other.session.phase.isOver else { throw .portBusy(port, other.session.settings.name) }
                await other.listener?.close()
            }
        }
        do {
            return try await RedirectListener.open(
                port: port, redirectPath: session.settings.redirectURI.path, group: group, receiver: session)
        } catch {
            throw Problem(
                status: 503, title: "Can't listen for the redirect", code: .unavailable, detail: "\(error)",
                hint: error.hint)
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
                    // The consent has ended first, or the daemon is stopping.
                    session.stopWaiting(.cancelled)
                }
            }
            for await event in session.events {
                await handle(event, session)
                break
            }
            group.cancelAll()
        }
        log.info(
            "consent ended",
            metadata: ["account": "\(session.settings.name)", "state": "\(session.phase.rawValue)"])
        // A response that comes too late is told so; cut short where the daemon stops.
        if session.phase == .expired { try? await clock.sleep(for: Self.linger) }
        await open.listener?.finish(linger: Self.linger)
    }

    private func handle(_ event: ConsentSession.Event, _ session: ConsentSession) async {
        let account = session.settings.name
        switch event {
        case .expired: session.end(.expired)
        case .cancelled: session.end(.cancelled)
        case .refused(let error, let answer):
            var failure = GrantFailure(error, account: account, at: time.now().wall)
            failure.hint = failure.hint ?? "run: valetkey login \(account)"
            session.end(error.code == "access_denied" ? .refused : .failed, failure: failure)
            answer(error.code == "access_denied" ? .refused(detail: "\(error)") : .failed(failure))
        case .mixedUp(let issuer, let answer):
            let failure = GrantFailure(
                code: "wrong_issuer", detail: "the response came from \(issuer), not from the server that was asked",
                hint: "check issuer of [accounts.\(account)]", at: time.now().wall)
            session.end(.failed, failure: failure)
            answer(.failed(failure))
        case .code(let code, let answer):
            answer(await redeem(code, session))
        }
    }

    /// Redeems the code and has the grant kept; the page that says so is shown only then.
    private func redeem(_ code: Secret, _ session: ConsentSession) async -> RedirectVerdict {
        guard let request = session.request else { return .foreign }
        let (account, settings) = (session.settings.name, session.settings)
        switch await tokenEndpoint.redeem(code, of: request) {
        case .failed(let failure):
            session.end(.failed, failure: failure)
            return .failed(failure)
        case .granted(let tokens, let sent):
            let grant = Grant(tokens, requestedScope: settings.scope, sent: sent)
            switch await keeper.consented(grant, settings: settings) {
            case .kept:
                let warning =
                    grant.refreshToken == nil
                    ? .unrenewable(account) : GrantFailure.refusedScope(grant, of: settings)
                session.end(.granted, grant: grant, failure: warning)
                return .granted(account: account, scope: grant.scope, missingScope: grant.missingScope)
            case .unsaved(let failure):
                session.end(.granted, grant: grant, failure: failure)
                return .failed(
                    detail: "Consent was given, but can't be saved: \(failure.detail)",
                    hint: "It works for now, and saving is tried again. \(failure.hint ?? "")")
            case .unusable(let failure):
                session.end(.failed, failure: failure)
                return .failed(failure)
            case .accountChanged:
                let failure = GrantFailure(
                    code: "account_changed", detail: "the account was changed or logged out meanwhile",
                    hint: "run: valetkey login \(account)", at: time.now().wall)
                session.end(.failed, failure: failure)
                return .failed(failure)
            }
        }
    }
}

extension RedirectVerdict {
    fileprivate static func failed(_ failure: GrantFailure) -> RedirectVerdict {
        .failed(detail: failure.detail, hint: failure.hint ?? "")
    }
}

extension GrantFailure {
    /// A consent that gave no refresh token.
    fileprivate static func unrenewable(_ account: String) -> GrantFailure {
        GrantFailure(
            code: "no_refresh_token",
            detail: "the authorization server gave no refresh token: the access token can't be renewed",
            hint: "ask for offline access (the scope offline_access, or access_type = \"offline\" in "
                + "authorization_parameters at Google), then run: valetkey login \(account)",
            at: Date())
    }
}

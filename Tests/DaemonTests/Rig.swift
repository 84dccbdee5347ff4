import APIContract
import Accounts
import AuthorizationClient
import AuthorizationServer
import Configuration
import Failures
import Files
import FoundationEssentials
import Grants
import HTTPTransport
import Logging
import NIOPosix
import OAuth
import RedirectListener
import Scratch
import Secrets
import Stores
import Synchronization
import Testing
import Text
import VendorServices
import Vendors

@testable import Daemon

/// The daemon's inside without its process: a real authorization server, real libcurl, a clock that a test moves.
struct Rig {
    let server: AuthorizationServer
    let clock: TestClock
    let transport: RecordingTransport
    let store: MemoryStore
    let client: ServerClient
    let keeper: GrantKeeper
    let consents: Consents
    let api: DaemonAPI
    let threshold = LogThreshold()
    let folder: ScratchFolder

    static let user = (name: "alice", password: Secret("wonderland"))

    static func run(
        _ change: (inout ServerSettings) -> Void = { _ in }, account: (AuthorizationServer) throws -> AccountSettings,
        environment: [String: String] = [:], _ body: (Rig) async throws -> Void
    ) async throws {
        let clock = TestClock()
        var settings = ServerSettings.wonderland
        settings.now = { clock.wall }
        change(&settings)
        let curl = try CurlTransport()
        defer { curl.stop() }
        try await withAuthorizationServer(settings) { server in
            let rig = try Rig(server, clock, RecordingTransport(curl), environment: environment)
            let account = try account(server)
            try await withThrowingTaskGroup { group in
                group.addTask { await rig.keeper.run() }
                group.addTask { await rig.consents.run() }
                _ = await rig.keeper.configure([account.name: account])
                do {
                    try await body(rig)
                } catch {
                    rig.stop()
                    throw error
                }
                rig.stop()
                try await group.waitForAll()
            }
        }
    }

    private init(
        _ server: AuthorizationServer, _ clock: TestClock, _ transport: RecordingTransport,
        environment: [String: String]
    ) throws {
        self.server = server
        self.clock = clock
        self.transport = transport
        store = MemoryStore()
        let time = TestTime(clock: clock)
        client = ServerClient(
            transport: transport, secrets: SecretReader(environment: environment, clock: clock), time: time)
        let tokenEndpoint = TokenEndpoint(client: client, time: time, catalogue: .complete)
        let revocation = Revocation(client: client, clock: clock)
        keeper = GrantKeeper(
            time: time, persistence: store, refresher: tokenEndpoint, revoker: revocation, observer: { _, _ in })
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        consents = Consents(
            keeper: keeper, tokenEndpoint: tokenEndpoint, time: time, clock: clock,
            group: MultiThreadedEventLoopGroup.singleton, timeout: .seconds(600), log: log)
        folder = try ScratchFolder()
        let reloader = Reloader(
            source: ConfigurationSource(path: folder.file("config.toml"), isNamed: true, catalogue: .complete),
            keeper: keeper, consents: consents,
            notifier: Notifier(environment: [:], clock: clock, log: log), threshold: threshold, log: log)
        api = DaemonAPI(
            keeper: keeper, consents: consents, reloader: reloader,
            vendors: vendorServices(secrets: client.secrets, state: try PrivateFolder(folder.path)),
            revocation: revocation, catalogue: .complete, time: time,
            started: time.now().instant)
    }

    private func stop() {
        consents.stop()
        keeper.drain()
    }

    /// The user consents; what came of it.
    func consent(_ flow: ConsentFlow = .paste) async throws -> ConsentReport {
        let started = try await api.startConsent("demo", ConsentRequest(flow: flow)).get()
        let redirect = server.answer(
            authorizationURL: try #require(started.authorizationURL), user: Self.user.name,
            password: Self.user.password)
        _ = await api.takeRedirect("demo", PastedRedirect(redirect: try #require(redirect)))
        return try await end()
    }

    /// The consent as it ended.
    func end() async throws -> ConsentReport {
        try await api.consent("demo", wait: 100_000).get()
    }

    /// What a browser gets at the start URL.
    func browse(_ consent: ConsentReport) async -> RedirectAnswer {
        await withCheckedContinuation { continuation in
            ConsentReceiver(consents: consents, id: consent.id).open { continuation.resume(returning: $0) }
        }
    }

    /// What a browser gets that was redirected with these fields.
    func redirect(_ consent: ConsentReport, _ fields: [FormField]) async -> RedirectAnswer {
        await withCheckedContinuation { continuation in
            ConsentReceiver(consents: consents, id: consent.id).receive(fields) { continuation.resume(returning: $0) }
        }
    }

    func consent(endingAs state: ConsentState, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let end = try await consent()
        #expect(end.state == state, "\(String(describing: end.error))", sourceLocation: sourceLocation)
    }

    func end(as state: ConsentState, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let end = try await end()
        #expect(end.state == state, "\(String(describing: end.error))", sourceLocation: sourceLocation)
    }

    var token: ServedToken? { keeper.board.token(of: "demo") }
    var grant: Grant? { keeper.account("demo")?.life.grant }

    func refresh() async -> ReaderAnswer { await keeper.refreshNow("demo", wait: .seconds(30)) }

    /// What came to the token endpoint last.
    var lastTokenRequest: JournalEntry? { server.activity.tokenRequests().last }
}

extension AccountSettings {
    /// An account that knows its server by the issuer alone.
    static func discovered(
        _ server: AuthorizationServer, client: Client = Client(id: "desk"), scope: String = "mail"
    ) throws -> AccountSettings {
        AccountSettings(
            name: "demo", issuer: server.issuer, client: client, scope: Scope(parsing: scope),
            redirectURI: try RedirectURI("http://127.0.0.1/"))
    }
}

/// Keeps grants in memory.
final class MemoryStore: GrantPersistence {
    private let kept = Mutex<[String: KeptGrant]>([:])

    subscript(account: String) -> KeptGrant? { kept.withLock { $0[account] } }

    func save(_ grant: KeptGrant, account: String) async throws(Failure) { kept.withLock { $0[account] = grant } }

    func load(account: String, now: Moment) async throws(Failure) -> KeptGrant? { self[account] }

    func erase(account: String) async throws(Failure) { kept.withLock { $0[account] = nil } }

    func setAside(account: String) async throws(Failure) { kept.withLock { $0[account] = nil } }
}

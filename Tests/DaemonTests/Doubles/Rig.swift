import APIContract
import Accounts
import AuthorizationClient
import AuthorizationServer
import Etcd
import Failures
import FoundationEssentials
import Grants
import HTTPTransport
import OAuth
import RedirectListener
import Scratch
import TestStores
import Testing
import Text

@testable import Daemon

/// The daemon's parts without its process, with a real authorization server, the real libcurl and a clock that the test
/// moves.
struct Rig {
    let server: AuthorizationServer
    let time: TestTime
    let transport: RecordingTransport
    let store = MemoryStore()
    let log = RecordedLog()
    let folder: ScratchFolder
    let surroundings: Surroundings
    let parts: Parts

    static let user = (name: "alice", password: Secret("wonderland"))

    static func run(
        _ change: (inout ServerSettings) -> Void = { _ in }, account: (AuthorizationServer) throws -> AccountSettings,
        environment: [String: String] = [:], sealing: ((TestTime) async throws -> Sealing)? = nil,
        fleet: TestFleet? = nil, members: [EtcdMember] = [], store: (inout SharedStore) -> Void = { _ in },
        _ body: (Rig) async throws -> Void
    ) async throws {
        let clock = TestClock()
        var settings = ServerSettings.wonderland
        settings.now = { clock.wall }
        change(&settings)
        let curl = CurlTransport()
        defer { curl.stop() }
        try await withAuthorizationServer(settings) { server in
            let time = TestTime(clock: clock)
            let rig = try Rig(
                server, time, RecordingTransport(curl), environment: environment, sealing: try await sealing?(time),
                fleet: fleet, members: members, store: store)
            let account = try account(server)
            try await withThrowingTaskGroup { group in
                for part in rig.parts.services { group.addTask { await part.work() } }
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
        _ server: AuthorizationServer, _ time: TestTime, _ transport: RecordingTransport,
        environment: [String: String], sealing: Sealing?, fleet: TestFleet?,
        members: [EtcdMember], store change: (inout SharedStore) -> Void
    ) throws {
        self.server = server
        self.time = time
        self.transport = transport
        folder = try ScratchFolder()
        var surroundings = try Surroundings.doubles(
            in: folder, time: time, transport: transport, store: sealing?.store ?? store, log: log,
            environment: environment)
        surroundings.sealing = sealing
        if var store = try fleet?.store(time, members: members) {
            change(&store)
            surroundings.sharing = store
        }
        self.surroundings = surroundings
        parts = Parts(surroundings)
    }

    private func stop() {
        for part in parts.services.reversed() { part.stop() }
    }

    var clock: TestClock { time.clock }
    var keeper: GrantKeeper { parts.keeper }
    var consents: Consents { parts.consents }
    var api: DaemonAPI { parts.api }
    var client: ServerClient { parts.client }
    var threshold: LogThreshold { surroundings.threshold }

    /// Has the user consent, and returns the result.
    func consent(_ flow: ConsentFlow = .paste) async throws -> ConsentReport {
        let started = try await api.startConsent("demo", ConsentRequest(flow: flow)).get()
        let redirect = server.answer(
            authorizationURL: try #require(started.authorizationURL), user: Self.user.name,
            password: Self.user.password)
        _ = await api.takeRedirect("demo", PastedRedirect(redirect: try #require(redirect)))
        return try await end()
    }

    /// Waits for the end of the consent.
    func end() async throws -> ConsentReport {
        try await api.consent("demo", wait: 100_000).get()
    }

    /// The answer to a browser at the start URL.
    func browse(_ consent: ConsentReport) async -> RedirectAnswer {
        await withCheckedContinuation { continuation in
            ConsentReceiver(consents: consents, id: consent.id).open { continuation.resume(returning: $0) }
        }
    }

    /// The answer to a browser that was redirected with these fields.
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

    var token: ServedToken? { keeper.board.token(of: TokenKey(account: "demo")) }
    var grant: Grant? { keeper.account("demo")?.machine.grant }

    func refresh() async -> ReaderAnswer { await keeper.refreshNow("demo", wait: .seconds(30)) }

    /// The answer to a failed refresh, for a user who doesn't wait for the next try.
    func failedRefresh() async -> ReaderAnswer { await keeper.refreshNow("demo", wait: .milliseconds(500)) }

    /// The last request to the token endpoint.
    var lastTokenRequest: JournalEntry? { server.activity.tokenRequests().last }
}

extension AccountSettings {
    /// An account whose only information about its server is the issuer.
    static func discovered(
        _ server: AuthorizationServer, client: Client = Client(id: "desk"), scope: String = "mail"
    ) throws -> AccountSettings {
        AccountSettings(
            name: "demo", issuer: server.issuer, client: client, scope: Scope(parsing: scope),
            redirectURI: try RedirectURI("http://127.0.0.1/"))
    }
}

import APIContract
import APIServer
import AuthorizationServer
import Configuration
import Failures
import Files
import Glibc
import Grants
import Scratch
import Stores
import TestStores
import Testing
import Text

@testable import Daemon

/// The key of the stored grants: locked, opened and exchanged while the daemon runs.
@Suite(.timeLimit(.minutes(5))) struct KeyTests {
    private let state: ScratchFolder
    private let keys: ScratchFolder

    init() throws {
        state = try ScratchFolder()
        keys = try ScratchFolder()
    }

    private func sealing(_ kind: KeyKind, _ time: TestTime) async throws -> Sealing {
        let folder = try PrivateFolder(state.path)
        let store = try FileGrantStore(folder: folder, keyFolder: keys.path, bootID: "boot", time: time)
        let sources = KeySources(
            folder: keys.path, state: folder, credentials: keys.path, environment: ["PATH": keys.path],
            clock: time.clock, cost: ScryptCost(logN: 4))
        let opened = try await sources.open(kind)
        if let ring = opened.ring { store.adopt(keys: ring.keys) }
        return Sealing(store: store, sources: sources, opened: opened)
    }

    /// Runs a daemon with the account `demo` in its configuration.
    private func run(_ kind: KeyKind, _ body: (Rig) async throws -> Void) async throws {
        try await Rig.run(
            account: { try .discovered($0) }, sealing: { [self] in try await sealing(kind, $0) }
        ) { (rig: Rig) async throws in
            let account =
                "[accounts.demo]\nissuer = \"\(rig.server.issuer)\"\nclient_id = \"desk\"\nscopes = [\"mail\"]\n"
            try rig.folder.write(account.utf8, as: "config.toml")
            _ = try await rig.api.reload().get()
            try await body(rig)
        }
    }

    /// The stored access token, as a start opens it.
    private func stored(_ kind: KeyKind, _ passphrase: String = "correct horse") async throws -> Secret? {
        let sealing = try await sealing(kind, TestTime(clock: TestClock()))
        if kind == .passphrase {
            let place = try sealing.sources.place(Secret(passphrase))
            sealing.store.adopt(keys: try await KeyRing.open(place, state: sealing.sources.state).keys)
        }
        return try await sealing.store.load(account: "demo", now: .example(0))?.kept.grant.accessToken
    }

    private func unlock(_ rig: Rig, _ passphrase: String? = "correct horse", isNew: Bool = false) async throws
        -> KeyState
    {
        try await rig.api.unlock(UnlockRequest(passphrase: passphrase, isNew: isNew)).get().state
    }

    private func code<Value>(_ result: Result<Value, Problem>) -> FailureCode? {
        if case .failure(let problem) = result { problem.code } else { nil }
    }

    private func read(_ rig: Rig) async -> Result<HandedToken, Problem> {
        await withCheckedContinuation { continuation in
            _ = rig.api.token(TokenQuery(account: "demo"), Caller(socket: "main", user: 0, group: 0, process: getpid()))
            { continuation.resume(returning: $0) }
        }
    }

    // KEEP-1
    @Test func `before the first passphrase nothing is served, and the passphrase then seals what is stored`()
        async throws
    {
        try await run(.passphrase) { (rig: Rig) async throws in
            #expect(rig.api.keyReport.state == .unset)
            #expect(rig.api.keyReport.hint == "set one: valetkey unlock")
            let report = try #require(rig.api.accounts().accounts.first)
            #expect(report.account == "demo" && report.state == .locked && report.lastError?.meansCode == .locked)
            #expect(try rig.api.account("demo").get() == report)
            #expect(code(await read(rig)) == .locked)
            #expect(code(await rig.api.startConsent("demo", ConsentRequest())) == .locked)
            #expect(code(await rig.api.unlock(UnlockRequest(passphrase: "correct horse"))) == .keyConflict)
            #expect(code(await rig.api.unlock(UnlockRequest(passphrase: "", isNew: true))) == .malformedRequest)
            #expect(try keys.names() == [])
            #expect(try await unlock(rig, isNew: true) == .open)
            #expect(try keys.names() == ["key.passphrase"])
            try await rig.consent(endingAs: .granted)
            #expect(try await read(rig).get().accessToken == rig.token?.accessToken.expose())
        }
        try await run(.passphrase) { (rig: Rig) async throws in
            #expect(rig.api.keyReport.state == .locked && rig.token == nil)
            #expect(code(await rig.api.unlock(UnlockRequest(passphrase: "correct horse", isNew: true))) == .keyConflict)
            #expect(code(await rig.api.unlock(UnlockRequest(passphrase: "wrong"))) == .wrongPassphrase)
            #expect(rig.api.keyReport.state == .locked)
            #expect(try await unlock(rig) == .open)
            #expect(try await unlock(rig) == .open)
            #expect(rig.keeper.accounts.count == 1)
        }
        #expect(try await stored(.passphrase) != nil)
    }

    @Test func `a lock forgets tokens and grants, and an unlock brings them back`() async throws {
        try await run(.passphrase) { (rig: Rig) async throws in
            _ = try await unlock(rig, isNew: true)
            try await rig.consent(endingAs: .granted)
            let token = rig.token
            #expect(try await rig.api.lock().get().state == .locked)
            #expect(try await rig.api.lock().get().state == .locked)
            #expect(rig.token == nil && rig.keeper.accounts.isEmpty)
            #expect(code(await read(rig)) == .locked)
            #expect(code(await rig.api.refresh("demo", wait: 1)) == .locked)
            #expect(code(await rig.api.logout("demo")) == .locked)
            #expect(code(await rig.api.rotate(RotationRequest(passphrase: "correct horse"))) == .locked)
            // A reload while it is locked loads nothing, and counts afterwards.
            _ = try await rig.api.reload().get()
            #expect(rig.keeper.accounts.isEmpty && rig.api.accounts().accounts.count == 1)
            #expect(try await unlock(rig) == .open)
            #expect(rig.token?.accessToken == token?.accessToken)
        }
    }

    @Test func `a lock waits for the refresh under way, and its rotated refresh token is stored`() async throws {
        try await run(.passphrase) { (rig: Rig) async throws in
            _ = try await unlock(rig, isNew: true)
            try await rig.consent(endingAs: .granted)
            let before = rig.grant?.refreshToken
            rig.server.fail(.delay)
            let keeper = rig.keeper
            async let refreshed = keeper.refreshNow("demo", wait: .seconds(30))
            try await rig.server.wait { $0.held == 1 }
            let api = rig.api
            async let locked = api.lock()
            // The reader is answered when its account is taken out.
            guard case .noSuchAccount = await refreshed else {
                Issue.record("the reader wasn't answered by the lock")
                return
            }
            rig.server.release()
            #expect(try await locked.get().state == .locked)
            _ = try await unlock(rig)
            #expect(rig.grant?.refreshToken != nil && rig.grant?.refreshToken != before)
        }
    }

    @Test func `a code that is being redeemed when the lock comes leads to a stored grant`() async throws {
        try await run(.passphrase) { (rig: Rig) async throws in
            _ = try await unlock(rig, isNew: true)
            rig.server.fail(.delay)
            async let consent = rig.consent()
            try await rig.server.wait { $0.held == 1 }
            let api = rig.api
            async let locked = api.lock()
            rig.server.release()
            #expect(try await locked.get().state == .locked)
            #expect(try await consent.state == .granted)
            _ = try await unlock(rig)
            #expect(rig.token != nil)
        }
    }

    @Test func `no login begins while a lock is under way`() async throws {
        try await run(.passphrase) { (rig: Rig) async throws in
            _ = try await unlock(rig, isNew: true)
            rig.parts.keys?.close()
            #expect(rig.keeper.accounts.count == 1)
            #expect(code(await rig.api.startConsent("demo", ConsentRequest())) == .locked)
        }
    }

    @Test func `only a key with a passphrase can be locked`() async throws {
        try await run(.file) { (rig: Rig) async throws in
            #expect(code(await rig.api.lock()) == .keyConflict)
            #expect(rig.api.keyReport.state == .open && rig.keeper.accounts.count == 1)
        }
    }

    @Test func `a passphrase takes over from the key file, which is removed`() async throws {
        try await run(.file) { (rig: Rig) async throws in
            try await rig.consent(endingAs: .granted)
        }
        #expect(try keys.names() == ["key"])
        try await run(.passphrase) { (rig: Rig) async throws in
            _ = try await unlock(rig, isNew: true)
            #expect(try keys.names() == ["key.passphrase"])
        }
        #expect(try await stored(.passphrase) != nil)
    }

    @Test func `a rotation seals everything with another key, and tokens stay`() async throws {
        try await run(.file) { (rig: Rig) async throws in
            try await rig.consent(endingAs: .granted)
            let (key, token) = (try keys.read("key"), rig.token)
            #expect(try await rig.api.rotate(RotationRequest()).get().resealed == 1)
            #expect(try keys.read("key") != key && keys.names() == ["key"])
            #expect(rig.token == token)
            _ = await rig.refresh()
            #expect(rig.grant?.refreshToken != nil && rig.keeper.unsaved.isEmpty)
        }
        #expect(try await stored(.file) != nil)
    }

    @Test func `a rotation needs the passphrase, and may set another`() async throws {
        try await run(.passphrase) { (rig: Rig) async throws in
            _ = try await unlock(rig, isNew: true)
            try await rig.consent(endingAs: .granted)
            #expect(code(await rig.api.rotate(RotationRequest(passphrase: "wrong"))) == .wrongPassphrase)
            #expect(code(await rig.api.rotate(RotationRequest())) == .malformedRequest)
            #expect(try keys.names() == ["key.passphrase"])
            let wish = RotationRequest(passphrase: "correct horse", newPassphrase: "battery staple")
            #expect(try await rig.api.rotate(wish).get().resealed == 1)
            _ = try await rig.api.lock().get()
            #expect(code(await rig.api.unlock(UnlockRequest(passphrase: "correct horse"))) == .wrongPassphrase)
            #expect(try await unlock(rig, "battery staple") == .open)
            #expect(rig.token != nil)
        }
    }

    @Test func `an exchange that a full disk has stopped keeps the earlier key, and goes on at the next call`()
        async throws
    {
        try await run(.file) { (rig: Rig) async throws in
            try await rig.consent(endingAs: .granted)
            try state.makeFolder("demo.grant.new")
            #expect(code(await rig.api.rotate(RotationRequest())) == .storage)
            #expect(try keys.names() == ["key", "key.next"])
            try state.remove("demo.grant.new")
            #expect(try await rig.api.rotate(RotationRequest()).get().resealed == 1)
            #expect(try keys.names() == ["key"])
        }
        #expect(try await stored(.file) != nil)
    }

    @Test func `a start completes the exchange that a crash has stopped`() async throws {
        try await run(.file) { (rig: Rig) async throws in
            try await rig.consent(endingAs: .granted)
            try state.makeFolder("demo.grant.new")
            _ = await rig.api.rotate(RotationRequest())
            try state.remove("demo.grant.new")
        }
        try await run(.file) { (rig: Rig) async throws in
            await rig.parts.openKey()
            #expect(try keys.names() == ["key"])
        }
        #expect(try await stored(.file) != nil)
    }

    @Test func `a credential can't be exchanged by the daemon, but everything can be sealed with it`() async throws {
        try await run(.file) { rig in try await rig.consent(endingAs: .granted) }
        try keys.write([UInt8](repeating: 7, count: 32), as: "valetkey.key")
        try await run(.credential) { (rig: Rig) async throws in
            #expect(try await rig.api.rotate(RotationRequest()).get().resealed == 1)
        }
        try keys.remove("key")
        try await run(.credential) { (rig: Rig) async throws in
            #expect(code(await rig.api.rotate(RotationRequest())) == .keyConflict)
        }
        #expect(try await stored(.credential) != nil)
        try keys.write([UInt8](repeating: 7, count: 32), as: "valetkey.key.old")
        try keys.remove("valetkey.key")
        try keys.write([UInt8](repeating: 8, count: 32), as: "valetkey.key")
        try await run(.credential) { (rig: Rig) async throws in
            #expect(try await rig.api.rotate(RotationRequest()).get().resealed == 1)
        }
        try keys.remove("valetkey.key.old")
        #expect(try await stored(.credential) != nil)
    }
}

import Etcd
import FoundationEssentials
import HTTPTransport
import Register
import Scratch
import Synchronization
import TestRegister
import Testing
import Text

@Suite(.timeLimit(.minutes(2)), .enabled(if: EtcdProgram.isTested, "VALETKEY_ETCD names no etcd"))
struct RealEtcdTests {
    private let name = RegisterName("valetkey/1/team/mail")
    private let root = RegisterName("valetkey")

    private func encoded(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

    @Test func `etcd keeps the rules of every register`() async throws {
        let transport = CurlTransport()
        defer { transport.stop() }
        try await EtcdProgram.run { endpoint in
            for rule in RegisterContract.allCases {
                let (one, other) = (EtcdRegister([endpoint], transport), EtcdRegister([endpoint], transport))
                await #expect(throws: Never.self) {
                    try await rule.check(one, other, under: RegisterName("valetkey/\(rule)"))
                }
            }
        }
    }

    @Test func `erased values and foreign keys are told as such`() async throws {
        let transport = CurlTransport()
        defer { transport.stop() }
        try await EtcdProgram.run { endpoint in
            let register = EtcdRegister([endpoint], transport)
            _ = try await register.write([1], to: name, ifRevision: .absent)
            let foreign = Data(Array("valetkey/".utf8) + [0xff]).base64EncodedString()
            try await EtcdProgram.command("kv/put", #"{"key":"\#(foreign)"}"#, at: endpoint, transport)
            #expect(try await register.list(under: root).contents.keys.map(\.self) == [name])
            let changes = register.changes(under: root)
            #expect(await changes.next()?.contents?.count == 1)
            try await EtcdProgram.command("kv/put", #"{"key":"\#(foreign)"}"#, at: endpoint, transport)
            try await EtcdProgram.command(
                "kv/deleterange", #"{"key":"\#(encoded(name.text))"}"#, at: endpoint, transport)
            #expect(await changes.next() == .value(name, .absent))
            #expect(try await register.read(name).content == .absent)
        }
    }

    @Test func `changes are followed over a restart, and over a compaction meanwhile`() async throws {
        let transport = CurlTransport()
        defer { transport.stop() }
        let (folder, endpoint) = (try ScratchFolder(), "http://127.0.0.1:\(try UnusedPort.next())")
        let register = EtcdRegister([endpoint], transport)
        let changes = register.changes(under: root)
        #expect(await changes.next()?.loss?.kind == .unreachable(mayBeApplied: false))
        try await EtcdProgram.run(at: endpoint, in: folder) {
            #expect(await changes.next()?.contents == [:])
            _ = try await register.write([1], to: name, ifRevision: .absent)
            #expect(await changes.next()?.value == [1])
        }
        #expect(await changes.next()?.loss?.kind == .unreachable(mayBeApplied: false))
        try await EtcdProgram.run(at: endpoint, in: folder) {
            let found = try await register.read(name).content
            guard case .written(let revision, _) = try await register.write([2], to: name, ifRevision: found.revision)
            else {
                Issue.record("nothing was written")
                return
            }
            let compaction = #"{"revision":"\#(revision.number)"}"#
            try await EtcdProgram.command("kv/compaction", compaction, at: endpoint, transport)
            #expect(await changes.next()?.contents == [name: RegisterContent([2], revision: revision)])
            _ = try await register.write([3], to: name, ifRevision: revision)
            #expect(await changes.next()?.value == [3])
        }
    }

    @Test func `a database without space is full, and can be read`() async throws {
        let transport = CurlTransport()
        defer { transport.stop() }
        try await EtcdProgram.run(["--quota-backend-bytes", "100000"]) { endpoint in
            let register = EtcdRegister([endpoint], transport)
            #expect(await register.fill()?.kind == .full)
            let first = try await register.read(RegisterName("valetkey/0")).content
            #expect(first.value?.count == 20_000)
        }
    }

    /// Enables roles: the user `valetkey` may use what is below `valetkey/`.
    private func enableRoles(
        at endpoint: String, _ transport: CurlTransport, certificate: ClientCertificate? = nil,
        authorities: String? = nil
    ) async throws {
        let permission = """
            {"permType":"READWRITE","key":"\(encoded("valetkey/"))","range_end":"\(encoded("valetkey0"))"}
            """
        for (path, body) in [
            ("user/add", #"{"name":"root","password":"secret"}"#), ("role/add", #"{"name":"root"}"#),
            ("user/grant", #"{"user":"root","role":"root"}"#), ("user/add", #"{"name":"valetkey","password":"right"}"#),
            ("role/add", #"{"name":"valetkey"}"#),
            ("role/grant", #"{"name":"valetkey","perm":\#(permission)}"#),
            ("user/grant", #"{"user":"valetkey","role":"valetkey"}"#), ("enable", "{}"),
        ] {
            try await EtcdProgram.command(
                "auth/\(path)", body, at: endpoint, transport, certificate: certificate, authorities: authorities)
        }
    }

    private func login(_ password: String) -> EtcdLogin {
        EtcdLogin(user: "valetkey") { .success(Secret(password)) }
    }

    @Test func `with roles, only the user with the right password is served, and only below its prefix`() async throws {
        let transport = CurlTransport()
        defer { transport.stop() }
        try await EtcdProgram.run { endpoint in
            // Before roles are enabled, a user and password do no harm.
            let register = EtcdRegister([endpoint], transport, login: login("right"))
            #expect(try await register.read(name).content == .absent)
            try await enableRoles(at: endpoint, transport)
            for rule in RegisterContract.allCases {
                await #expect(throws: Never.self) {
                    try await rule.check(register, register, under: RegisterName("valetkey/\(rule)"))
                }
            }
            #expect(await failure { try await register.read(RegisterName("other/x")) }?.kind == .denied)
            let changes = register.changes(under: RegisterName("other"))
            #expect(await changes.next()?.loss?.kind == .denied)
            let without = EtcdRegister([endpoint], transport)
            #expect(await failure { try await without.write([1], to: name, ifRevision: .absent) }?.kind == .denied)
            let wrong = EtcdRegister([endpoint], transport, login: login("wrong"))
            #expect(await failure { try await wrong.read(name) }?.kind == .denied)
        }
    }

    @Test func `a token that has expired is replaced by a new one`() async throws {
        let transport = CurlTransport()
        defer { transport.stop() }
        let reads = Mutex(0)
        let login = EtcdLogin(user: "valetkey") {
            reads.withLock { $0 += 1 }
            return .success(Secret("right"))
        }
        try await EtcdProgram.run { endpoint in
            let register = EtcdRegister([endpoint], transport, login: login)
            try await enableRoles(at: endpoint, transport)
            for _ in 1...3 { _ = try await register.read(name) }
            #expect(reads.withLock { $0 } == 1)
            // A new password ends the tokens of the user.
            let root = try await EtcdProgram.token(of: "root", "secret", at: endpoint, transport)
            try await EtcdProgram.command(
                "auth/user/changepw", #"{"name":"valetkey","password":"right"}"#, at: endpoint, token: root, transport)
            guard case .written = try await register.write([1], to: name, ifRevision: .absent) else {
                Issue.record("nothing was written")
                return
            }
            #expect(reads.withLock { $0 } == 2)
        }
    }

    @Test func `with TLS, the authority and the client's certificate count, and a CN is refused once roles are on`()
        async throws
    {
        let transport = CurlTransport()
        defer { transport.stop() }
        let lab = try await CertificateLab()
        let options = [
            "--cert-file", lab.path("server.pem"), "--key-file", lab.path("server.key"), "--trusted-ca-file",
            lab.authorities, "--client-cert-auth",
        ]
        try await EtcdProgram.run(scheme: "https", options) { endpoint in
            func register(_ name: String?, authorities: String? = lab.authorities) -> EtcdRegister {
                EtcdRegister(
                    EtcdSettings(
                        endpoints: [endpoint], authorities: authorities, certificate: name.map(lab.certificate),
                        login: login("right"), memberLimit: .seconds(20)), transport)
            }
            #expect(try await register("named").read(name).content == .absent)
            #expect(await failure { try await register("named", authorities: nil).read(name) }?.mayBeApplied == false)
            #expect(await failure { try await register(nil).read(name) }?.isUnreachable == true)
            try await enableRoles(
                at: endpoint, transport, certificate: lab.certificate("nameless"), authorities: lab.authorities)
            let refused = await failure { try await register("named").read(name) }
            #expect(refused?.kind == .denied)
            #expect(refused?.detail.contains("CommonName") == true)
            for rule in RegisterContract.allCases {
                await #expect(throws: Never.self) {
                    try await rule.check(
                        register("nameless"), register("nameless"), under: RegisterName("valetkey/\(rule)"))
                }
            }
        }
    }
}

extension RegisterFailure {
    var isUnreachable: Bool {
        if case .unreachable = kind { true } else { false }
    }
}

extension RegisterChange {
    var contents: [RegisterName: RegisterContent]? {
        if case .resynced(let listing) = self { listing.contents } else { nil }
    }

    var loss: RegisterFailure? {
        if case .lost(let failure) = self { failure } else { nil }
    }

    var value: [UInt8]? {
        if case .value(_, let content) = self { content.value } else { nil }
    }
}

extension AsyncStream<RegisterChange> {
    /// The next change; for streams whose elements are made as they are awaited.
    func next() async -> RegisterChange? { await first { _ in true } }
}

import APIContract
import APIServer
import Configuration
import Failures
import Glibc
import HTTPTransport
import Scratch
import Testing

@testable import Daemon

struct MachineTests {
    private let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
    }

    private var environment: [String: String] { ["HOME": folder.path, "XDG_RUNTIME_DIR": folder.path] }

    private func machine(
        configuration: String? = nil, socket: String? = nil, without missing: String? = nil,
        _ more: [String: String] = [:]
    ) async throws(StartFault) -> Machine {
        let environment = environment.merging(more) { $1 }.filter { $0.key != missing }
        let options = Daemon.Options(configuration: configuration, socket: socket, environment: environment)
        return try await Machine(options, ServiceManager(environment: environment))
    }

    /// The exit status and the message of a start with these options, or `it starts`.
    private func fault(
        configuration: String? = nil, without missing: String? = nil, _ more: [String: String] = [:]
    ) async -> String {
        do throws(StartFault) {
            try await machine(configuration: configuration, without: missing, more).transport.stop()
            return "it starts"
        } catch {
            return "\(error.exit.rawValue) \(error)"
        }
    }

    @Test func `the daemon can start with only a home and a runtime folder`() async throws {
        let machine = try await machine()
        defer { machine.transport.stop() }
        #expect(machine.socket == .path(folder.file("valetkey.sock")))
        let first = machine.configuration.take()
        #expect(first.configuration?.accounts.isEmpty == true)
        #expect(first.findings.map(\.message) == ["there is no configuration yet"])
        #expect(first.findings.map(\.severity) == [.warning])
        #expect(try folder.mode(".local/state/valetkey") == 0o700)
        #expect(try folder.names() == [".local"])
    }

    @Test func `a named socket takes precedence over an inherited one`() async throws {
        let handed = ["LISTEN_FDS": "1", "LISTEN_PID": "\(getpid())"]
        let named = try await machine(socket: "/named", handed)
        named.transport.stop()
        #expect(named.socket == .path("/named"))
        let inherited = try await MachineTests().machine(handed)
        inherited.transport.stop()
        #expect(inherited.socket == .inherited(descriptor: 3))
    }

    @Test func `the configuration is read once, and released when it is taken`() async throws {
        _ = try folder.place("[daemon]\nconsent_timeout = \"90s\"\n", as: "own.toml")
        let machine = try await machine(configuration: folder.file("own.toml"))
        defer { machine.transport.stop() }
        #expect(machine.configuration.take().configuration?.consentTimeout == .seconds(90))
        #expect(machine.configuration.take().configuration == nil)
        #expect(machine.surroundings.configuration.path == folder.file("own.toml"))
    }

    @Test func `a missing part is reported before any file is created`() async throws {
        #expect(await fault(without: "HOME").hasPrefix("78 neither XDG_STATE_HOME nor HOME"))
        if !DefaultSocket.isOwnFolder("/run/user/\(geteuid())") {
            #expect(await fault(without: "XDG_RUNTIME_DIR").hasPrefix("78 neither VALETKEY_SOCKET nor XDG_RUNTIME_DIR"))
        }
        let missing = folder.file("missing.toml")
        #expect(await fault(configuration: missing).hasPrefix("78 \(missing): there is no such file"))
        let broken = try folder.place("[accounts.ads\n", as: "broken.toml")
        #expect(await fault(configuration: broken).hasPrefix("78 \(broken):1:"))
        #expect(try folder.names() == ["broken.toml"])
    }

    @Test func `a path that isn't a folder, and a second daemon, are storage faults`() async throws {
        let first = try await machine()
        defer { first.transport.stop() }
        #expect(await fault() == "1 another valetkeyd uses \(folder.path)/.local/state/valetkey")
        _ = try folder.place("", as: "file")
        #expect(
            await fault(["XDG_STATE_HOME": folder.file("file")])
                .hasPrefix("78 the folder \(folder.path)/file/valetkey can't be used"))
    }

    @Test
    func `a credential seals where there is one, and grants sealed with the key file can still be read`() async throws {
        let credentials = ["CREDENTIALS_DIRECTORY": folder.path]
        try folder.write(Array(repeating: 7, count: 32), as: "valetkey.key")
        try await machine(credentials).transport.stop()
        #expect(throws: (any Error).self) { try folder.read(".local/share/valetkey/key") }

        let other = try MachineTests()
        try await other.machine().transport.stop()
        let key = ".local/share/valetkey/key"
        #expect(try other.folder.read(key).count == 32)
        // An unusable key file is a fault, even with a credential.
        try other.folder.write([1, 2, 3], as: key)
        try other.folder.write(Array(repeating: 7, count: 32), as: "valetkey.key")
        let expected = "78 the key \(other.folder.file(key)) can't be used: it isn't 32 octets long"
        #expect(await other.fault(["CREDENTIALS_DIRECTORY": other.folder.path]) == expected)
    }

    @Test func `started programs don't see the service manager's variables`() async throws {
        let machine = try await machine(["NOTIFY_SOCKET": "/n", "SEEN": "1"])
        defer { machine.transport.stop() }
        #expect(machine.surroundings.environment["NOTIFY_SOCKET"] == nil)
        #expect(machine.surroundings.environment["SEEN"] == "1")
    }
}

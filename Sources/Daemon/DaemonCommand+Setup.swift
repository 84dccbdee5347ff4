import APIClient
import APIContract
import ArgumentParser
import Configuration
import Console
import Failures
import Glibc
import HTTPTransport
import Secrets
import Setup
import Vendors

/// `valetkeyd --setup`, which `valetkey setup` runs: it needs the presets, the configuration and the network.
extension DaemonCommand {
    func addAccount(_ words: [String], _ environment: [String: String]) async throws {
        let options = try SetupOptions.parse(words)
        guard let path = options.config ?? ConfigurationFile.defaultPath(environment: environment) else {
            throw ValidationError("neither XDG_CONFIG_HOME nor HOME names a folder; name the file with --config")
        }
        let transport = Self.transport(environment)
        defer { transport.stop() }
        let socket = options.daemon.socket ?? DefaultSocket.path { environment[$0] }
        let setup = Setup(
            options: options, file: AccountFile(path: path, catalogue: .complete), catalogue: .complete,
            dialogue: .atTerminal(asksNothing: options.yes), transport: transport, time: try SystemTimekeeper(),
            secrets: SecretReader(environment: environment, clock: ContinuousClock()),
            daemon: socket.map { SocketClient(path: $0) }
        ) { words in
            if let socket { _ = unsafe setenv("VALETKEY_SOCKET", socket, 1) }
            return OtherProgram.runAndWait("valetkey", words)
        }
        let status: Int32
        do throws(CommandFailure) {
            status = try await setup.run()
        } catch {
            throw error.tell()
        }
        if status != 0 { throw ExitCode(status) }
    }
}

extension Dialogue {
    /// Questions go to standard error. Nobody is asked where standard input is no terminal.
    fileprivate static func atTerminal(asksNothing: Bool) -> Dialogue {
        Dialogue(
            asks: !asksNothing && isatty(STDIN_FILENO) == 1,
            read: { readLine() },
            hidden: { question throws(CommandFailure) in try Passphrase.askHidden(question) },
            write: { Terminal.error.write($0) })
    }
}

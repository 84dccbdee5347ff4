package import APIClient
import APIContract
package import ArgumentParser
package import Failures
import Text

/// Why a command failed: a message and a hint for the person, an exit status for scripts.
package struct CommandFailure: Error {
    package var message: String
    package var hint: String?
    package var exit: Exit

    package init(_ message: String, hint: String? = nil, exit: Exit) {
        self.message = message
        self.hint = hint
        self.exit = exit
    }

    /// Takes the exit status from the table of failure codes.
    package init(_ code: FailureCode, _ message: String, hint: String? = nil) {
        self.init(message, hint: hint, exit: code.facts.exit)
    }

    package init(_ failure: ClientFailure) {
        switch failure {
        case .notReachable(let path, let reason):
            self.init(
                .daemonUnreachable, "the daemon can't be reached at \(path): \(reason)",
                hint: "start it with: systemctl --user start valetkey.socket, or run valetkeyd in another terminal")
        case .foreignDaemon(let path, let user):
            self.init(
                .daemonUnreachable,
                "\(path) isn't your daemon's: a process of \(user.map { "uid \($0)" } ?? "an unknown user") listens there",
                hint: "remove it if the folder is yours, or name your own daemon's socket with --socket")
        case .hungUp:
            self.init(
                .daemonHungUp, "the daemon ended the connection without an answer",
                hint: "see its log: journalctl --user -u valetkey")
        case .timedOut: self.init(.daemonTimeout, "the daemon has not answered in time")
        case .interrupted: self.init("stopped", exit: .interrupted)
        case .protocolError(let reason): self.init(.daemonProtocol, reason)
        case .problem(let problem): self.init(problem.code, problem.detail, hint: problem.hint)
        }
    }

    /// Prints the failure to standard error and returns the exit code to throw.
    package func tell() -> ExitCode {
        for line in lines { Terminal.error.line(line) }
        return ExitCode(exit.rawValue)
    }

    /// The message and the hint, split into lines that are safe for a terminal.
    var lines: [String] {
        let text = "valetkey: \(message)" + (hint.map { "\nhint: \($0)" } ?? "")
        return text.split(separator: "\n").map(\.plain)
    }
}

extension DaemonOptions {
    /// Calls `work` with a client of the daemon, and turns errors into a printed message and an exit code.
    package func withDaemon<Result>(_ work: (SocketClient) throws -> Result) throws -> Result {
        try Self.withDaemon(at: socket, work)
    }

    /// As above, at this socket or the default one.
    package static func withDaemon<Result>(
        at socket: String?, _ work: (SocketClient) throws -> Result
    ) throws -> Result {
        do {
            return try work(try client(at: socket))
        } catch let failure as ClientFailure {
            throw CommandFailure(failure).tell()
        } catch let failure as CommandFailure {
            throw failure.tell()
        }
    }

    package func client() throws(CommandFailure) -> SocketClient {
        try Self.client(at: socket)
    }

    private static func client(at socket: String?) throws(CommandFailure) -> SocketClient {
        if let path = socket ?? DefaultSocket.path({ ProcessEnvironment[$0] }) { return SocketClient(path: path) }
        throw CommandFailure(
            .daemonUnreachable,
            "neither VALETKEY_SOCKET nor XDG_RUNTIME_DIR is set, so the daemon's socket isn't known",
            hint: "name it with --socket")
    }
}

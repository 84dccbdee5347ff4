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
    /// What decides for programs; nil where only the exit status does.
    package var code: FailureCode?

    package init(_ message: String, hint: String? = nil, exit: Exit) {
        self.message = message
        self.hint = hint
        self.exit = exit
    }

    /// Takes the exit status from the table of failure codes.
    package init(_ code: FailureCode, _ message: String, hint: String? = nil) {
        self.init(message, hint: hint, exit: code.facts.exit)
        self.code = code
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
        case .problem(let problem):
            self.init(problem.code, problem.detail, hint: problem.hint)
        }
    }

    /// Prints the failure and returns the exit code to throw: to standard error for people, or to standard output as
    /// JSON.
    package func tell(asJSON: Bool = false) -> ExitCode {
        if asJSON, let text = try? CommandJSON.text(ErrorJSON(self)) {
            Terminal.output.line(text)
            return ExitCode(exit.rawValue)
        }
        for line in lines { Terminal.error.paragraph(line, further: "  ") }
        return ExitCode(exit.rawValue)
    }

    /// The message and the hints, split into lines that are safe for a terminal. A hint that says what to write has
    /// indented lines below it.
    var lines: [String] {
        let hints = hint.map { $0.split(separator: "\n") } ?? []
        return "valetkey: \(message)".split(separator: "\n").map(\.plain)
            + hints.map { ($0.hasPrefix(" ") || $0.hasPrefix("hint: ") ? "" : "hint: ") + $0.plain }
    }
}

extension DaemonOptions {
    /// Calls `work` with a client of the daemon, and turns errors into a printed message and an exit code.
    /// With `asJSON` the message is JSON.
    package func withDaemon<Result>(
        asJSON: Bool = false, _ work: (SocketClient) throws -> Result
    ) throws -> Result {
        try Self.withDaemon(at: socket, asJSON: asJSON, work)
    }

    /// As above, at this socket or the default one.
    package static func withDaemon<Result>(
        at socket: String?, asJSON: Bool = false, _ work: (SocketClient) throws -> Result
    ) throws -> Result {
        do {
            return try work(try client(at: socket))
        } catch let failure as ClientFailure {
            throw CommandFailure(failure).tell(asJSON: asJSON)
        } catch let failure as CommandFailure {
            throw failure.tell(asJSON: asJSON)
        }
    }

    package func client() throws(CommandFailure) -> SocketClient {
        try Self.client(at: socket)
    }

    private static func client(at socket: String?) throws(CommandFailure) -> SocketClient {
        if let path = socket ?? DefaultSocket.path({ ProcessEnvironment[$0] }) {
            var client = SocketClient(path: path)
            if Terminal.error.isTerminal { client.whileSlow = Self.tellOfWait }
            return client
        }
        throw CommandFailure(
            .daemonUnreachable,
            "neither VALETKEY_SOCKET nor XDG_RUNTIME_DIR is set, so the daemon's socket isn't known",
            hint: "name it with --socket")
    }

    /// Shows for how long the daemon has been awaited; nil removes the line.
    private static func tellOfWait(_ seconds: Int?) {
        Terminal.error.replaceLine(seconds.map { "Waiting for valetkeyd, \($0) s. Ctrl-C stops." } ?? "", .dim)
    }
}

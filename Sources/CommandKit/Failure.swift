package import ArgumentParser
package import SocketClient
import SocketContract

/// The exit codes of all commands.
package enum Exit {
    package static let other = ExitCode(1)
    package static let usage = ExitCode(64)
    package static let daemonUnreachable = ExitCode(69)
    package static let tryAgain = ExitCode(75)
    package static let consentNeeded = ExitCode(77)
    package static let configuration = ExitCode(78)

    /// Of a consent that failed, by what failed.
    static func of(failure code: String?) -> ExitCode {
        let ofConfiguration = [
            "invalid_client", "unauthorized_client", "invalid_scope", "client_secret", "client_key", "no_endpoint",
            "other_issuer",
        ]
        return code.map(ofConfiguration.contains) == true ? configuration : other
    }
}

/// Why a command failed: for the person a sentence and a next step, for the script an exit code.
package struct CommandFailure: Error {
    package var message: String
    package var hint: String?
    package var code: ExitCode

    package init(_ message: String, hint: String? = nil, code: ExitCode) {
        self.message = message
        self.hint = hint
        self.code = code
    }

    package init(_ failure: ClientFailure) {
        switch failure {
        case .notReachable(let path, let reason):
            self.init(
                "the daemon can't be reached at \(path): \(reason)",
                hint: "start it with: systemctl --user start valetkey.socket, or run valetkeyd in another terminal",
                code: Exit.daemonUnreachable)
        case .hungUp:
            self.init(
                "the daemon ended the connection without an answer",
                hint: "see its log: journalctl --user -u valetkey", code: Exit.tryAgain)
        case .timedOut: self.init("the daemon has not answered in time", code: Exit.tryAgain)
        case .protocolError(let reason): self.init(reason, code: Exit.other)
        case .problem(let problem): self.init(problem.detail, hint: problem.hint, code: Self.code(problem.code))
        }
    }

    private static func code(_ code: Problem.Code) -> ExitCode {
        switch code {
        case .consentRequired: Exit.consentNeeded
        case .configurationError: Exit.configuration
        case .unavailable, .tooManyRequests: Exit.tryAgain
        case .noSuchAccount, .malformedRequest: Exit.usage
        default: Exit.other
        }
    }

    /// Says it on standard error and ends the program.
    package func tell() -> ExitCode {
        Terminal.error.line("valetkey: \(message.plain)")
        if let hint { Terminal.error.line("hint: \(hint.plain)") }
        return code
    }
}

extension DaemonOptions {
    /// Does the work with the daemon's client, and turns what goes wrong into words and an exit code.
    func withDaemon<Result>(_ work: (SocketClient) throws -> Result) throws -> Result {
        do {
            return try work(try client())
        } catch let failure as ClientFailure {
            throw CommandFailure(failure).tell()
        } catch let failure as CommandFailure {
            throw failure.tell()
        }
    }

    package func client() throws(CommandFailure) -> SocketClient {
        SocketClient(path: try path())
    }

    private func path() throws(CommandFailure) -> String {
        if let socket { return socket }
        guard let folder = Environment["XDG_RUNTIME_DIR"], folder.hasPrefix("/") else {
            throw CommandFailure(
                "XDG_RUNTIME_DIR is not set, so the daemon's socket isn't known",
                hint: "name it with --socket", code: Exit.daemonUnreachable)
        }
        return "\(folder)/valetkey.sock"
    }
}

package import Subprocess
import SystemPackage

/// How the daemon starts a program: without a shell, and in a session of its own, so that its children end with it.
package struct ProgramCall: Sendable {
    /// A path, or a name that is looked for in PATH.
    package var program: String
    package var arguments: [String]
    private let variables: [String: String]

    /// The variables through which systemd talks to the daemon. No program that the daemon starts may see them.
    package static let serviceVariables: Set = [
        "NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC", "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES",
    ]

    /// `environment` is that of the daemon.
    package init(_ program: String, _ arguments: [String], environment: [String: String]) {
        self.program = program
        self.arguments = arguments
        variables = environment.filter { !Self.serviceVariables.contains($0.key) }
    }

    package var executable: Executable {
        program.contains("/") ? .path(FilePath(program)) : .name(program)
    }

    package var environment: Environment {
        let pairs = variables.compactMap { name, value in Environment.Key(rawValue: name).map { ($0, value) } }
        return .custom(Dictionary(pairs) { $1 })
    }

    /// Starts the program in a session of its own, so that programs that it starts are ended with it.
    package var options: PlatformOptions {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(500)),
            .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .zero),
        ]
        return options
    }
}

/// What is wrong, or doubtful, in a configuration file; printed as it stands.
///
/// No finding quotes a value that may be a secret.
package struct Finding: Sendable, Equatable, CustomStringConvertible {
    package enum Severity: Sendable, Equatable {
        /// The file isn't taken up.
        case error
        case warning
    }

    /// Both count from 1; columns are characters.
    package struct Position: Sendable, Equatable {
        package var line: Int
        package var column: Int

        package init(line: Int, column: Int) {
            self.line = line
            self.column = column
        }
    }

    package var severity: Severity
    package var file: String
    /// Nil where the finding concerns the file as a whole.
    package var position: Position?
    /// Lower case, without a full stop.
    package var message: String
    /// What to do about it.
    package var hint: String?

    package init(
        severity: Severity = .error, file: String, position: Position? = nil, message: String, hint: String? = nil
    ) {
        self.severity = severity
        self.file = file
        self.position = position
        self.message = message
        self.hint = hint
    }

    package var description: String {
        let place = position.map { "\(file):\($0.line):\($0.column)" } ?? file
        let label = severity == .warning ? "warning: " : ""
        let advice = hint.map { "\n  hint: \($0)" } ?? ""
        return "\(place): \(label)\(message)\(advice)"
    }
}

/// What became of a configuration file: everything that was found, and the configuration where none of it is an error.
package struct ConfigurationReport: Sendable, Equatable {
    /// In the order of the file.
    package var findings: [Finding]
    package var configuration: DaemonConfiguration?

    package init(findings: [Finding], configuration: DaemonConfiguration? = nil) {
        self.findings = findings
        self.configuration = findings.contains { $0.severity == .error } ? nil : configuration
    }
}

/// An error or a warning about a configuration file, printed as it is.
///
/// No finding quotes a value that may be a secret.
package struct Finding: Sendable, Equatable, CustomStringConvertible {
    package enum Severity: Sendable, Equatable {
        /// The configuration is rejected.
        case error
        case warning
    }

    /// Line and column both start at 1; columns count characters.
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
    /// nil if the finding is about the file as a whole.
    package var position: Position?
    /// Lower case, without a full stop.
    package var message: String
    /// How to correct it.
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

/// The result of reading a configuration: all findings, and the configuration unless one of them is an error.
package struct ConfigurationReport: Sendable, Equatable {
    /// Ordered by position in the file.
    package var findings: [Finding]
    package var configuration: DaemonConfiguration?

    package init(findings: [Finding], configuration: DaemonConfiguration? = nil) {
        self.findings = findings
        self.configuration = findings.contains { $0.severity == .error } ? nil : configuration
    }
}

package import Accounts
import OAuth

/// The content of the daemon's configuration file.
package struct DaemonConfiguration: Sendable, Equatable {
    /// The accounts by name.
    package var accounts: [String: AccountSettings]
    /// How long a consent waits for the user.
    package var consentTimeout: Duration
    /// The program and its arguments that notify the user of a required consent. nil selects the daemon's default; an
    /// empty array disables notification.
    package var notifyCommand: [String]?
    /// The program and its arguments that are run for each event; nil for none.
    package var eventCommand: [String]?
    package var logLevel: LogLevel
    /// Whether callers in another user namespace are served on the main socket.
    package var servesSandboxed = false
    /// Where the key of the stored grants is kept; nil for the credential where there is one, else the key file.
    package var key: KeyKind?
    /// The sockets besides the main one, by name.
    package var sockets: [String: SocketSettings] = [:]
    /// Whose tokens registries of containers get, by host and port.
    package var docker: [String: DockerRegistry] = [:]
    /// The store through which accounts are shared with other hosts; nil for none.
    package var store: StoreSettings?
    /// Folders and files with further accounts; relative paths start at the folder of the configuration file.
    package var include: [String] = []

    package static let defaultConsentTimeout = Duration.seconds(600)

    package init(
        accounts: [String: AccountSettings] = [:], consentTimeout: Duration = defaultConsentTimeout,
        notifyCommand: [String]? = nil, logLevel: LogLevel = .info
    ) {
        self.accounts = accounts
        self.consentTimeout = consentTimeout
        self.notifyCommand = notifyCommand
        self.logLevel = logLevel
    }

    /// Parses a file and reports every mistake in one run. `file` is the file name in findings.
    package static func parse(_ text: String, file: String, catalogue: ProviderCatalogue) -> ConfigurationReport {
        var defaults = AccountDefaults()
        return parse(text, file: file, catalogue: catalogue, isIncluded: false, defaults: &defaults)
    }

    /// On entry `defaults` are those of the including file; on return this file's own defaults are added and take
    /// precedence.
    static func parse(
        _ text: String, file: String, catalogue: ProviderCatalogue, isIncluded: Bool, defaults: inout AccountDefaults
    ) -> ConfigurationReport {
        // The parser takes a C string and would silently ignore everything after a NUL.
        guard !text.utf8.contains(0) else {
            return ConfigurationReport(findings: [Finding(file: file, message: "holds a NUL character")])
        }
        let document: TOMLDocument
        do throws(TOMLFault) {
            document = try TOMLDocument(text)
        } catch {
            let findings = SyntaxFaults.all(in: text, first: error).map {
                Finding(file: file, position: $0.position, message: $0.message, hint: $0.hint)
            }
            return ConfigurationReport(findings: findings)
        }
        let collector = FindingCollector()
        let reader = ConfigurationReader(findings: collector, catalogue: catalogue, isIncluded: isIncluded)
        let configuration = reader.configuration(document.root, defaults: &defaults)
        var finder = PositionFinder(text: text)
        return ConfigurationReport(
            findings: collector.findings(file: file, finder: &finder), configuration: configuration)
    }

    /// Whether the file itself contains a secret.
    package var holdsSecrets: Bool {
        Self.isLiteral(store?.password)
            || accounts.values.contains {
                Self.isLiteral($0.client.secret) || $0.vendorSecrets.values.contains(where: Self.isLiteral)
            }
    }

    private static func isLiteral(_ source: SecretSource?) -> Bool {
        if case .literal = source { true } else { false }
    }
}

/// The names of swift-log's levels.
package enum LogLevel: String, Sendable, CaseIterable {
    case trace, debug, info, notice, warning, error, critical
}

package import Accounts
import OAuth

/// What the daemon is told by its configuration file.
package struct DaemonConfiguration: Sendable, Equatable {
    /// By name.
    package var accounts: [String: AccountSettings]
    /// How long a consent waits for the user.
    package var consentTimeout: Duration
    /// The program, with its arguments, that tells the user of a consent that is needed. Nil leaves that to the daemon,
    /// an empty array switches it off.
    package var notifyCommand: [String]?
    package var logLevel: LogLevel
    /// Folders and files that have further accounts; relative ones are beside the file.
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

    /// Every mistake is found in one run; `file` is the name that the findings carry.
    package static func parse(_ text: String, file: String, catalogue: ProviderCatalogue) -> ConfigurationReport {
        var defaults = AccountDefaults()
        return parse(text, file: file, catalogue: catalogue, isIncluded: false, defaults: &defaults)
    }

    /// `defaults` comes with those of the file that includes this one, and leaves with this one's own over them.
    static func parse(
        _ text: String, file: String, catalogue: ProviderCatalogue, isIncluded: Bool, defaults: inout AccountDefaults
    ) -> ConfigurationReport {
        // The parser takes a C string and would take what stands before a NUL for the whole.
        guard !text.utf8.contains(0) else {
            return ConfigurationReport(findings: [Finding(file: file, message: "holds a NUL character")])
        }
        let document: TOMLDocument
        do throws(TOMLFault) {
            document = try TOMLDocument(text)
        } catch {
            let finding = Finding(file: file, position: error.position, message: error.message, hint: error.hint)
            return ConfigurationReport(findings: [finding])
        }
        let collector = FindingCollector()
        let reader = ConfigurationReader(findings: collector, catalogue: catalogue, isIncluded: isIncluded)
        let configuration = reader.configuration(document.root, defaults: &defaults)
        var finder = PositionFinder(text: text)
        return ConfigurationReport(
            findings: collector.findings(file: file, finder: &finder), configuration: configuration)
    }

    /// Whether a secret stands in the file itself.
    package var holdsSecrets: Bool {
        accounts.values.contains {
            Self.isLiteral($0.client.secret) || $0.vendorSecrets.values.contains(where: Self.isLiteral)
        }
    }

    private static func isLiteral(_ source: SecretSource?) -> Bool {
        if case .literal = source { true } else { false }
    }
}

/// The names that swift-log has for its levels.
package enum LogLevel: String, Sendable, CaseIterable {
    case trace, debug, info, notice, warning, error, critical
}

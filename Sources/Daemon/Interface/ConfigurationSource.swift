import Accounts
import Configuration
import FoundationEssentials

/// The file that the configuration is read from.
struct ConfigurationSource: Sendable {
    let path: String
    /// Whether the user has named the file, which must exist then.
    let isNamed: Bool
    let catalogue: ProviderCatalogue

    /// - Throws: `StartFault.noHome` where no file is named and there is no folder to look in.
    init(
        named path: String?, environment: [String: String], catalogue: ProviderCatalogue
    ) throws(StartFault) {
        guard let place = path ?? ConfigurationFile.defaultPath(environment: environment) else {
            throw .noHome("XDG_CONFIG_HOME")
        }
        self.path = place
        isNamed = path != nil
        self.catalogue = catalogue
    }

    func read() -> ConfigurationReport {
        ConfigurationFile.load(path: path, catalogue: catalogue)
    }

    /// Reads the configuration for the start. A default file that doesn't exist may be created later and taken up by a
    /// reload.
    ///
    /// - Throws: `StartFault.configuration` where the file has errors.
    func readFirst() throws(StartFault) -> ConfigurationReport {
        guard isNamed || FileManager.default.fileExists(atPath: path) else {
            let finding = Finding(
                severity: .warning, file: path, message: "there is no configuration yet",
                hint: "write it, then run: valetkey reload")
            return ConfigurationReport(findings: [finding], configuration: DaemonConfiguration())
        }
        let report = read()
        guard report.configuration != nil else { throw .configuration(report.findings.map { "\($0)" }) }
        return report
    }
}

import Accounts
import FoundationEssentials
import Text

/// The files that a configuration includes: a single file, or each *.toml in a folder, ordered by name.
struct IncludedFiles {
    private let main: String
    private let catalogue: ProviderCatalogue
    /// The defaults of the main file.
    private let defaults: AccountDefaults

    init(beside main: String, catalogue: ProviderCatalogue, defaults: AccountDefaults) {
        self.main = main
        self.catalogue = catalogue
        self.defaults = defaults
    }

    /// Returns the report with the accounts of the included files added. An account that two files contain is an error.
    func add(_ places: [String], to report: ConfigurationReport) -> ConfigurationReport {
        var (findings, configuration) = (report.findings, report.configuration)
        var origins = (configuration?.accounts ?? [:]).mapValues { _ in main }
        for place in places {
            guard let files = files(at: place) else {
                findings.append(
                    Finding(
                        file: main, message: "include names \(place.quoted), and there is no such file or folder",
                        hint: "make it, or remove it from include"))
                continue
            }
            for file in files {
                var defaults = defaults
                let included = ConfigurationFile.load(file, catalogue, isIncluded: true, &defaults)
                findings += included.findings
                for (name, settings) in included.configuration?.accounts ?? [:] {
                    if let origin = origins.updateValue(file, forKey: name) {
                        findings.append(
                            Finding(
                                file: file, message: "the account \(name) is in \(origin) as well",
                                hint: "remove it from one of them"))
                    }
                    configuration?.accounts[name] = settings
                }
            }
        }
        if configuration?.accounts.isEmpty == true, findings.isEmpty {
            findings.append(
                Finding(
                    severity: .warning, file: main, message: "no account is configured, in what it includes neither",
                    hint: "write a table [accounts.NAME]"))
        }
        return ConfigurationReport(findings: findings, configuration: configuration)
    }

    /// Returns nil if there is no file or folder at this path.
    private func files(at place: String) -> [String]? {
        let folder = main.lastIndex(of: "/").map { main[..<$0] } ?? "."
        let path = place.hasPrefix("/") ? place : "\(folder)/\(place)"
        var isFolder = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return nil }
        guard isFolder else { return [path] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.filter { $0.hasSuffix(".toml") && !$0.hasPrefix(".") }.sorted().map { "\(path)/\($0)" }
    }
}

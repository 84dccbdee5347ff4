package import Accounts

/// What `valetkey config check` prints, and how it ends.
package struct ConfigurationCheck: Sendable, Equatable {
    package var lines: [String]
    /// 0, or 78 where the file can't be taken up.
    package var exitCode: Int32
}

extension ConfigurationFile {
    /// Checks a file without asking anybody but the file system. Warnings are shown and don't fail.
    package static func check(path: String, catalogue: ProviderCatalogue) -> ConfigurationCheck {
        let report = load(path: path, catalogue: catalogue)
        var lines = report.findings.flatMap { "\($0)".split(separator: "\n").map(String.init) }
        guard let configuration = report.configuration else { return ConfigurationCheck(lines: lines, exitCode: 78) }
        let names = configuration.accounts.keys.sorted()
        let count = names.count == 1 ? "1 account" : "\(names.count) accounts"
        lines.append("\(path): \(names.isEmpty ? count : "\(count): \(names.joined(separator: ", "))")")
        return ConfigurationCheck(lines: lines, exitCode: 0)
    }
}

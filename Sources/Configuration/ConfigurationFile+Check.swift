package import Accounts
import Files
import OAuth
import Secrets
import Text

/// The output and the exit code of `valetkey config check`.
package struct ConfigurationCheck: Sendable, Equatable {
    package var lines: [String]
    /// 0, or 78 if the configuration has errors.
    package var exitCode: Int32
}

extension ConfigurationFile {
    /// Checks a configuration and the files that its accounts name, using only the file system. Warnings are printed
    /// but aren't a failure.
    package static func check(
        path: String, catalogue: ProviderCatalogue, environment: [String: String] = [:]
    ) -> ConfigurationCheck {
        let report = examine(path: path, catalogue: catalogue, environment: environment)
        let accounts = report.configuration?.accounts ?? [:]
        var lines = report.findings.flatMap { "\($0)".split(separator: "\n").map(String.init) }
        guard report.configuration != nil else { return ConfigurationCheck(lines: lines, exitCode: 78) }
        let names = accounts.keys.sorted()
        let count = names.count == 1 ? "1 account" : "\(names.count) accounts"
        lines.append("\(path): \(names.isEmpty ? count : "\(count): \(names.joined(separator: ", "))")")
        return ConfigurationCheck(lines: lines, exitCode: 0)
    }

    /// Loads a configuration, with findings also on the files that its accounts name.
    package static func examine(
        path: String, catalogue: ProviderCatalogue, environment: [String: String]
    ) -> ConfigurationReport {
        var report = load(path: path, catalogue: catalogue)
        let accounts = report.configuration?.accounts ?? [:]
        let reader = SecretReader(environment: environment, clock: ContinuousClock())
        for name in accounts.keys.sorted() {
            guard let settings = accounts[name] else { continue }
            report.findings += doubts(on: settings, reader, catalogue, path: path)
            report.findings += TokenFileDoubt.findings(settings, environment: environment, file: path)
        }
        return report
    }

    private static func doubts(
        on settings: AccountSettings, _ reader: SecretReader, _ catalogue: ProviderCatalogue, path: String
    ) -> [Finding] {
        func warning(_ message: String, _ hint: String?) -> Finding {
            Finding(severity: .warning, file: path, message: message, hint: hint)
        }
        var findings: [Finding] = []
        var stated = settings.vendorSecrets
        stated["client_secret"] = settings.client.secret
        for (key, source) in stated.sorted(by: { $0.key < $1.key }) {
            do throws(SecretFault) {
                let secret = try reader.look(at: source)
                if key == "client_secret", secret?.expose().isSoiled == true {
                    findings.append(
                        warning(
                            "client_secret of [accounts.\(settings.name)] has a blank inside, or a quote at one end",
                            "if the provider shows it without, correct it"))
                }
            } catch {
                findings.append(warning("\(key) of [accounts.\(settings.name)]: \(error)", error.hint))
            }
        }
        if settings.client.id.isPlaceholder {
            findings.append(
                warning(
                    "client_id of [accounts.\(settings.name)] is a placeholder",
                    "it is what the provider gave you when you registered the application"))
        }
        let doubts = catalogue.vendors.flatMap { vendor in
            vendor.doubts(on: settings) { source in (try? reader.look(at: source)) ?? nil }
        }
        return findings + doubts.map { warning($0.message, $0.hint) }
    }
}

extension String {
    /// Whether the text is a placeholder for a client id, as examples contain it.
    fileprivate var isPlaceholder: Bool {
        let small = lowercased()
        let words = [
            "goeshere", "placeholder", "client_id", "client-id", "clientid", "application id", "your_", "your-",
        ]
        let isRepeated = Set(small.filter { $0 != "-" }).count == 1 && count > 3
        return isRepeated || words.contains(where: small.contains) || (small.hasPrefix("<") && small.hasSuffix(">"))
            || small == "..." || isExample
    }
}

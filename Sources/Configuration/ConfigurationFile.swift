package import Accounts
import Files
import Glibc
import Text

/// Finds, loads and checks the configuration file.
package enum ConfigurationFile {
    /// Enough for more than ten thousand accounts.
    static let sizeLimit = 16 << 20

    /// `$XDG_CONFIG_HOME/valetkey/config.toml`, or the same under `$HOME/.config`; nil if neither variable is set. A
    /// relative `$XDG_CONFIG_HOME` is ignored, as the base directory specification requires.
    package static func defaultPath(environment: [String: String]) -> String? {
        if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") {
            return "\(folder)/valetkey/config.toml"
        }
        guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
        return "\(home)/.config/valetkey/config.toml"
    }

    /// Reads the file and those that it includes, and checks their content and who else may read or write them.
    package static func load(path: String, catalogue: ProviderCatalogue) -> ConfigurationReport {
        var defaults = AccountDefaults()
        let main = load(path, catalogue, isIncluded: false, &defaults)
        guard let include = main.configuration?.include, !include.isEmpty else {
            return withCommonFindings(main, path: path)
        }
        let whole = IncludedFiles(beside: path, catalogue: catalogue, defaults: defaults).add(include, to: main)
        return withCommonFindings(whole, path: path)
    }

    /// Adds what can only be told once all files are read: accounts of sockets, and files of two tokens.
    private static func withCommonFindings(_ report: ConfigurationReport, path: String) -> ConfigurationReport {
        guard let configuration = report.configuration else { return report }
        let names = Array(configuration.accounts.keys)
        var findings = report.findings + TokenFileClash.findings(configuration.accounts, file: path)
        func check(_ entry: String, _ place: String, _ otherwise: String) {
            let account = String(entry.prefix { $0 != "/" })
            guard configuration.accounts[account] == nil else { return }
            let near = NearestName.nearest(to: account, in: names).map { "did you mean \($0.quoted)?" }
            findings.append(
                Finding(
                    file: path, message: "\(place) names the account \(account.quoted), which doesn't exist",
                    hint: near ?? "configure it, or \(otherwise)"))
        }
        for socket in configuration.sockets.values.sorted(by: { $0.name < $1.name }) {
            for entry in socket.accounts { check(entry, "[sockets.\(socket.name)]", "remove it from the socket") }
        }
        for (name, registry) in configuration.docker.sorted(by: { $0.key < $1.key }) {
            check(registry.account, "[docker], for \(name),", "remove the registry")
        }
        return ConfigurationReport(findings: findings, configuration: configuration)
    }

    static func load(
        _ path: String, _ catalogue: ProviderCatalogue, isIncluded: Bool, _ defaults: inout AccountDefaults
    ) -> ConfigurationReport {
        do throws(FileFault) {
            let file = try FileReading.read(path, limit: sizeLimit)
            let report = report(
                of: file, path: path, user: getuid(), catalogue: catalogue, isIncluded: isIncluded, defaults: &defaults)
            return ConfigurationReport(
                findings: FolderCheck.findings(around: path, user: getuid()) + report.findings,
                configuration: report.configuration)
        } catch {
            return ConfigurationReport(findings: [finding(error, path: path, catalogue: catalogue)])
        }
    }

    static func report(
        of file: ReadFile, path: String, user: UInt32, catalogue: ProviderCatalogue
    ) -> ConfigurationReport {
        var defaults = AccountDefaults()
        return report(
            of: file, path: path, user: user, catalogue: catalogue, isIncluded: false, defaults: &defaults)
    }

    private static func report(
        of file: ReadFile, path: String, user: UInt32, catalogue: ProviderCatalogue, isIncluded: Bool,
        defaults: inout AccountDefaults
    ) -> ConfigurationReport {
        guard let text = String(validating: file.octets, as: UTF8.self) else {
            let finding = Finding(
                file: path, message: file.octets.isUTF16 ? "is saved as UTF-16" : "is not UTF-8",
                hint: "save it as UTF-8")
            return ConfigurationReport(findings: [finding])
        }
        let report = DaemonConfiguration.parse(
            text, file: path, catalogue: catalogue, isIncluded: isIncluded, defaults: &defaults)
        let holdsSecrets = report.configuration?.holdsSecrets == true
        let doubts = findings(on: file.permissions, path: path, user: user, holdsSecrets: holdsSecrets)
        return ConfigurationReport(findings: doubts + report.findings, configuration: report.configuration)
    }

    /// It is an error if others may write the file, because it names programs that the daemon runs.
    private static func findings(
        on permissions: FilePermissions, path: String, user: UInt32, holdsSecrets: Bool
    ) -> [Finding] {
        var findings: [Finding] = []
        if permissions.owner != user, permissions.owner != 0 {
            findings.append(
                Finding(
                    file: path, message: "belongs to another user", hint: "run `chown \(user) \(path)` as its owner"))
        }
        if permissions.isWritableByOthers {
            findings.append(
                Finding(
                    file: path, message: "can be written by other users (mode \(permissions.text))",
                    hint: "run `chmod go-w \(path)`"))
        } else if permissions.isWritableByOwnGroup {
            findings.append(
                Finding(
                    severity: .warning, file: path,
                    message: "can be written by the members of its group (mode \(permissions.text))",
                    hint: "run `chmod g-w \(path)`"))
        }
        if holdsSecrets, permissions.isReadableByOthers {
            findings.append(
                Finding(
                    severity: .warning, file: path,
                    message: "holds a secret and can be read by other users (mode \(permissions.text))",
                    hint: "run `chmod 600 \(path)`"))
        }
        return findings
    }

    private static func finding(_ fault: FileFault, path: String, catalogue: ProviderCatalogue) -> Finding {
        switch fault {
        case .missing:
            Finding(file: path, message: "there is no such file", hint: missingHint(catalogue))
        case .folder: Finding(file: path, message: "is a folder", hint: "name the file in it")
        case .notRegular: Finding(file: path, message: "isn't a regular file")
        case .unreadable(let reason), .busy(let reason): Finding(file: path, message: "can't be read: \(reason)")
        case .tooLarge: Finding(file: path, message: "is larger than 16 MiB")
        }
    }

    /// Contains the shortest valid file, with the first preset as the example, ready to be copied.
    private static func missingHint(_ catalogue: ProviderCatalogue) -> String {
        """
        write it; the least that it holds is
            [accounts.NAME]
            provider  = "\(catalogue.example?.name ?? "")"
            client_id = "the application id of your registration"
        """
    }
}

import Accounts
import ArgumentParser
import Configuration
import Console
import Failures
import FoundationEssentials
import Text
import Vendors

/// What `valetkeyd` tells of the configuration, the presets and error codes: `valetkey config check`, `providers` and
/// `explain` run it.
extension DaemonCommand {
    func checkConfiguration(_ environment: [String: String]) throws {
        guard let path = config ?? ConfigurationFile.defaultPath(environment: environment) else {
            throw ValidationError("neither XDG_CONFIG_HOME nor HOME names a folder; name the file with --config")
        }
        if json {
            let report = ConfigurationFile.examine(path: path, catalogue: .complete, environment: environment)
            try Terminal.output.result(CommandJSON.text(ConfigurationJSON(report, path: path)))
            throw ExitCode(report.configuration == nil ? Exit.configuration.rawValue : 0)
        }
        let result = ConfigurationFile.check(path: path, catalogue: .complete, environment: environment)
        guard result.exitCode == 0 else {
            for line in result.lines { Terminal.error.line(line.plain) }
            throw ExitCode(result.exitCode)
        }
        try Terminal.output.result(result.lines.map(\.plain).joined(separator: "\n"))
        throw ExitCode(0)
    }

    func listProviders() throws {
        let all = ProviderCatalogue.complete.all
        guard let name = provider else {
            if json {
                let list = ["providers": all.map { ["name": $0.name, "summary": $0.summary] }]
                return try Terminal.output.result(CommandJSON.text(list))
            }
            return try Terminal.output.result(ProviderText.list(all, width: Terminal.output.columns))
        }
        guard let provider = ProviderCatalogue.complete.named(name) else {
            let near = NearestName.near(name, in: all.map(\.name))
            throw CommandFailure(
                .usage, "there is no provider \(name.quoted)",
                hint: near.isEmpty ? "valetkey providers lists them" : "did you mean \(near.joined(separator: " or "))?"
            ).tell(asJSON: json)
        }
        if json { return try Terminal.output.result(CommandJSON.text(ProviderText.members(provider))) }
        try Terminal.output.result(ProviderText.facts(provider, width: Terminal.output.columns))
    }

    func tell(about code: String, _ environment: [String: String]) throws {
        if let known = ProviderCatalogue.complete.explanation(ofResponse: code, account: remedyAccount(environment)) {
            if json { return try Terminal.output.result(CommandJSON.text(["code": code, "explanation": known])) }
            let lines = known.split(separator: "\n").flatMap {
                Wrapping.lines($0.plain, width: Terminal.output.columns, further: "  ")
            }
            return try Terminal.output.result(lines.joined(separator: "\n"))
        }
        let near = NearestName.near(code, in: ProviderCatalogue.explainedWords)
        throw CommandFailure(
            .usage, "no error code \"\(UntrustedText.clean(code, limit: 64))\" is known",
            hint: near.isEmpty
                ? "take the code as the page or the message has it, such as AADSTS50011 or invalid_grant"
                : "did you mean \(near.joined(separator: " or "))?"
        ).tell(asJSON: json)
    }

    /// The named account, with what the configuration says of it where that can be read.
    private func remedyAccount(_ environment: [String: String]) -> RemedyAccount {
        guard let account else { return "ACCOUNT" }
        let path = config ?? ConfigurationFile.defaultPath(environment: environment)
        let settings = path.flatMap {
            ConfigurationFile.load(path: $0, catalogue: .complete).configuration?.accounts[account]
        }
        return settings.map(RemedyAccount.init) ?? RemedyAccount(named: account)
    }
}

/// The result of a check of the configuration, for programs.
private struct ConfigurationJSON: Encodable {
    struct Found: Encodable {
        let severity: String
        let file: String
        let line: Int?
        let column: Int?
        let message: String
        let hint: String?
    }

    let path: String
    let isValid: Bool
    let accounts: [String]
    let findings: [Found]

    init(_ report: ConfigurationReport, path: String) {
        self.path = path
        isValid = report.configuration != nil
        accounts = report.configuration?.accounts.keys.sorted() ?? []
        findings = report.findings.map { finding in
            Found(
                severity: finding.severity == .error ? "error" : "warning", file: finding.file,
                line: finding.position?.line, column: finding.position?.column, message: finding.message,
                hint: finding.hint)
        }
    }
}

import Text

/// Reads what systemctl, loginctl and journalctl print.
enum SystemdAnswers {
    static let units = ["valetkey.socket", "valetkey.service"]
    static let properties = [
        "Id", "LoadState", "UnitFileState", "ActiveState", "MainPID", "LoadCredential", "LoadCredentialEncrypted",
    ]

    /// The blocks of `systemctl show`, one for each unit, with a line `Name=value` for each property.
    static func units(_ answer: ProgramAnswer) -> Observed<[UnitFacts]> {
        guard answer.code == 0 else { return .unseen(noManager(answer)) }
        let blocks = answer.output.split(separator: "\n", omittingEmptySubsequences: false)
            .split { $0.isEmpty }.map(variables)
        let facts = blocks.compactMap { block -> UnitFacts? in
            guard let name = block["Id"], let load = block["LoadState"] else { return nil }
            let credentials = [block["LoadCredential"], block["LoadCredentialEncrypted"]].compactMap(\.self)
            return UnitFacts(
                name: name, load: load, enablement: block["UnitFileState"] ?? "", activity: block["ActiveState"] ?? "",
                process: block["MainPID"].flatMap(Int32.init) ?? 0,
                hasKeyCredential: credentials.contains { $0.contains("valetkey.key") })
        }
        return facts.isEmpty ? .unseen("systemctl describes no unit") : .seen(facts)
    }

    /// The output of `systemctl show-environment`.
    static func proxies(_ answer: ProgramAnswer) -> Observed<[String: String]> {
        guard answer.code == 0 else { return .unseen(noManager(answer)) }
        return .seen(ProxyVariables.among(variables(answer.output.split(separator: "\n"))))
    }

    /// The output of `loginctl show-user --property=Linger --value`.
    static func lingers(_ answer: ProgramAnswer) -> Observed<Bool> {
        switch answer.output.unblanked {
        case "yes" where answer.code == 0: .seen(true)
        case "no" where answer.code == 0: .seen(false)
        default: .unseen("loginctl doesn't know this user")
        }
    }

    /// How many of the newest messages are looked at.
    static let journalLines = 1000

    /// The denials about valetkey among the messages of the kernel and of the audit system. There are always some
    /// messages in a journal that may be read.
    static func denials(_ answer: ProgramAnswer) -> Observed<[String]> {
        let lines = answer.output.split(separator: "\n").map(String.init)
        guard !lines.isEmpty else { return .unseen("there is no journal that this user may read") }
        return .seen(
            lines.filter { line in
                line.contains("valetkey")
                    && (line.contains("apparmor=\"DENIED\"") || line.contains(#/avc: +denied/#))
            })
    }

    private static func noManager(_ answer: ProgramAnswer) -> String {
        let said = UntrustedText.clean(answer.errors.prefix { $0 != "\n" }, limit: 120)
        return said.isEmpty ? "no service manager of this user answers" : said
    }

    private static func variables(_ lines: some Sequence<Substring>) -> [String: String] {
        let pairs = lines.compactMap { line -> (String, String)? in
            guard let equals = line.firstIndex(of: "=") else { return nil }
            return (String(line[..<equals]), String(line[line.index(after: equals)...]))
        }
        return Dictionary(pairs) { $1 }
    }
}

/// The environment variables by which libcurl chooses a proxy.
enum ProxyVariables {
    private static let names: Set = [
        "https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY",
    ]

    static func among(_ environment: [String: String]) -> [String: String] {
        environment.filter { names.contains($0.key) && !$0.value.isEmpty }
    }
}

/// One check: a pure function from facts to findings.
package struct Check: Sendable {
    package let name: String
    let judge: @Sendable (Facts) -> [Diagnosis]

    /// All checks, in the order in which they are shown: what others depend on comes first.
    package static let all: [Check] = [
        Check(name: "kernel", judge: kernel), Check(name: "runtime_folder", judge: runtimeFolder),
        Check(name: "configuration", judge: configuration), Check(name: "unit", judge: units),
        Check(name: "daemon", judge: daemon), Check(name: "another_daemon", judge: anotherDaemon),
        Check(name: "linger", judge: linger), Check(name: "state_folder", judge: stateFolder),
        Check(name: "grants", judge: grantModes), Check(name: "key", judge: key),
        Check(name: "denials", judge: denials), Check(name: "proxy", judge: proxy),
        Check(name: "server", judge: servers), Check(name: "clock", judge: clock),
        Check(name: "issuer", judge: issuers), Check(name: "store", judge: store),
        Check(name: "loaded", judge: loaded),
        Check(name: "account", judge: accounts), Check(name: "scopes", judge: scopes),
        Check(name: "last_login", judge: lastLogin), Check(name: "token_files", judge: tokenFiles),
    ]

    package static func run(on facts: Facts) -> [Diagnosis] {
        all.flatMap { $0.judge(facts) }
    }
}

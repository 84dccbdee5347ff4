import APIContract
import APIServer
import Accounts
import AuthorizationServer
import Configuration
import Failures
import FoundationEssentials
import Grants
import Logging
import Scratch
import Testing
import Vendors

@testable import Daemon

@Suite(.timeLimit(.minutes(5))) struct ReloadTests {
    @Test func `a reload applies the settings of the daemon itself, and reports what has changed`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            func reload(_ daemon: String) async throws -> [String] {
                let account = "[accounts.demo]\nissuer = \"\(rig.server.issuer)\"\nclient_id = \"desk\"\n"
                try rig.folder.write((account + daemon).utf8, as: "config.toml")
                return try await rig.api.reload().get().settings ?? []
            }
            var changed = try await reload("")
            #expect(changed == [])
            let most = "[daemon]\nconsent_timeout = \"90s\"\nnotify_command = []\n"
            changed = try await reload(most + "log_level = \"debug\"\n")
            #expect(changed == ["consent_timeout", "notify_command", "log_level"])
            #expect(rig.threshold.level == .debug)
            let consent = try await rig.api.startConsent("demo", ConsentRequest()).get()
            #expect(consent.expiresIn == 90)
            changed = try await reload(most)
            #expect(changed == ["log_level"])
            #expect(rig.threshold.level == .info)
            #expect(rig.parts.policy.state == .refused)
            changed = try await reload(most + "sandboxed_callers = \"serve\"\n")
            #expect(changed == ["sandboxed_callers"])
            #expect(rig.parts.policy.state == .served && rig.api.health().sandboxedCallers == .served)
            #expect(await rig.parts.reloader.docker.registries.isEmpty)
            changed = try await reload(
                most + "sandboxed_callers = \"serve\"\n[docker]\n\"r.example\" = { account = \"demo\" }\n")
            #expect(changed == ["docker"])
            #expect(
                await rig.parts.reloader.docker.registries == [
                    RegistryReport(registry: "r.example", account: "demo", username: "oauth2accesstoken")
                ])
            changed = try await reload(most + "sandboxed_callers = \"serve\"\n")
            #expect(changed == ["docker"])
            changed = try await reload(most + "[sockets.ci]\naccounts = [\"demo\"]\n")
            #expect(changed == ["sandboxed_callers", "sockets.ci"])
            #expect(rig.parts.policy.state == .refused)
        }
    }

    private static func accounts(_ names: [String], lead: String) -> String {
        names.map { name in
            """
            [accounts.\(name)]
            issuer = "https://as.example"
            client_id = "desk"
            refresh_before_expiry = "\(lead)"

            """
        }.joined()
    }

    @Test func `of two concurrent reloads the newest file counts, and each caller gets the report on its own file`()
        async throws
    {
        let (folder, store, executor) = (try ScratchFolder(), HeldStore(), StepExecutor())
        let parts = Parts(try .doubles(in: folder, store: store))
        let keeping = Task(executorPreference: executor) { await parts.keeper.run() }
        func reload(lead: String) throws -> Task<Result<ReloadReport, Problem>, Never> {
            try folder.write(Self.accounts(["ads", "mail"], lead: lead).utf8, as: "config.toml")
            let task = Task(executorPreference: executor) { await parts.api.reload() }
            executor.runUntilAllWait()
            return task
        }
        // The first reload waits for the grant of its first account, and the second one comes in the meantime.
        let (first, second) = (try reload(lead: "1m"), try reload(lead: "2m"))
        while store.releaseNewest() { executor.runUntilAllWait() }
        let (one, other) = (try await first.value.get(), try await second.value.get())
        #expect(one.added == ["ads", "mail"] && one.changed.isEmpty)
        #expect(other.added.isEmpty && other.changed == ["ads", "mail"])
        #expect(parts.keeper.accounts.map(\.settings.refreshBeforeExpiry) == [.seconds(120), .seconds(120)])
        parts.keeper.drain()
        executor.runUntilAllWait()
        await keeping.value
    }

    @Test func `a file with errors changes nothing, and all errors are in the answer`() async throws {
        let folder = try ScratchFolder()
        let parts = Parts(try .doubles(in: folder))
        let start = try ConfigurationSource(
            named: folder.place(Self.accounts(["ads"], lead: "1m"), as: "config.toml"), environment: [:],
            catalogue: .complete)
        await withTaskGroup { group in
            group.addTask { await parts.keeper.run() }
            _ = await parts.reloader.start(start.read())
            try? folder.write("[accounts.mail]\nclient = 1\nscope = 2\n".utf8, as: "config.toml")
            let outcome = await parts.reloader.reload()
            guard case .failure(let problem) = outcome.answer, case .refused(let findings) = outcome.event else {
                Issue.record("it was taken")
                return
            }
            #expect(problem.code == .configurationError && problem.status == 409)
            #expect(findings.count > 1 && problem.detail == findings.map { "\($0)" }.joined(separator: "\n"))
            #expect(problem.hint == "correct the file, then run: valetkey reload")
            #expect(parts.keeper.accounts.map(\.settings.name) == ["ads"])
            parts.keeper.drain()
        }
    }

    @Test func `the log has a line for each finding, and the result of each reload`() async throws {
        let (folder, log) = (try ScratchFolder(), RecordedLog())
        let parts = Parts(try .doubles(in: folder, log: log))
        try folder.write("[accounts.mail]\nclient = 1\nscope = 2\n".utf8, as: "config.toml")
        let refused = await parts.reloader.reload()
        try folder.write("".utf8, as: "config.toml")
        _ = await parts.reloader.reload()
        await parts.writeLog()
        guard case .refused(let findings) = refused.event else { throw Unexpected() }
        #expect(log.lines.count == findings.count + 3)
        for (line, finding) in zip(log.lines, findings) {
            #expect(line.level == .error && line.fields["hint"] == finding.hint)
            #expect(line.message.hasPrefix("\(folder.file("config.toml")):"))
            #expect(line.message.hasSuffix(": \(finding.message)"))
        }
        #expect(
            log.lines.suffix(3).map(\.message) == [
                "configuration not loaded, the one before it stays",
                "\(folder.file("config.toml")): warning: no account is configured", "configuration loaded",
            ])
    }

    @Test func `a stored grant that can't be used is reported with its account, the reason and a hint`() async throws {
        let (folder, log, store) = (try ScratchFolder(), RecordedLog(), UnreadableStore())
        let parts = Parts(try .doubles(in: folder, store: store, log: log))
        try folder.write(Self.accounts(["ads"], lead: "1m").utf8, as: "config.toml")
        await withTaskGroup { group in
            group.addTask { await parts.keeper.run() }
            _ = await parts.reloader.reload()
            parts.keeper.drain()
        }
        #expect(
            log.lines == [
                .init(
                    level: .warning, message: "the stored grant can't be used",
                    fields: ["account": "ads", "code": "other_key", "detail": "sealed", "hint": "log in"])
            ])
    }
}

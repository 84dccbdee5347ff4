import APIContract
import FakeDaemon
import FoundationEssentials
import Scratch
import Subprocess
import SystemPackage
import Testing

@Suite(.timeLimit(.minutes(5)))
struct AccountProgramTests {
    @Test func `status is printed as a table or as JSON`() async throws {
        try await withServedDaemon { _, path, _ in
            let table = try await valetkey(["status", "--socket", path])
            #expect(table.code == 0)
            #expect(table.output.hasPrefix("ACCOUNT  STATE "))
            #expect(table.output.contains("\nads      active, but see below  "))
            #expect(table.output.contains("\nmail     active, but see below  "))
            #expect(!table.output.contains("\u{1b}") && table.errors == "")

            let all = try await valetkey(["status", "--json", "--socket", path])
            let list = try ContractJSON.decode(AccountList.self, from: Data(all.output.utf8))
            #expect(list.accounts.map(\.account) == ["ads", "mail"])
            let one = try await valetkey(["status", "ads", "--json", "--socket", path])
            #expect(try ContractJSON.decode(AccountReport.self, from: Data(one.output.utf8)) == .example("ads"))
        }
    }

    @Test func `status of an unknown account fails`() async throws {
        try await withServedDaemon { _, path, _ in
            let outcome = try await valetkey(["status", "adds", "--socket", path])
            #expect(outcome.code == 64)
            #expect(outcome.output == "")
        }
    }

    @Test func `refresh, logout and reload report what was done`() async throws {
        try await withServedDaemon { daemon, path, _ in
            let said = [
                ("refresh ads", "Refreshed ads: valid for 59m 59s.\n"),
                ("logout ads", "ads wasn't logged in.\n"),
                ("reload", "Reloaded: added mail; changed ads.\nhint: restart it\n"),
            ]
            for (words, text) in said {
                let outcome = try await valetkey(words.split(separator: " ").map(String.init) + ["--socket", path])
                #expect(outcome.code == 0)
                #expect(outcome.errors == text)
                #expect(outcome.output == "")
            }
            #expect(await daemon.allCalls() == ["refresh ads wait=30", "logout ads", "reload"])
        }
    }

    @Test func `a logout whose file stays fails with the daemon's message`() async throws {
        try await withServedDaemon { _, path, _ in
            let outcome = try await valetkey(["logout", "stuck", "--socket", path])
            #expect(outcome.code == 1 && outcome.output == "")
            #expect(outcome.errors == "valetkey: what is wrong: storage\nhint: what to do about storage\n")
        }
    }

    @Test func `login shows the URL and waits for the consent`() async throws {
        try await withServedDaemon { daemon, path, _ in
            daemon.consents(become: [.pending, .redeeming, .granted])
            let outcome = try await valetkey(["login", "ads", "--no-browser", "--socket", path])
            #expect(outcome.code == 0)
            #expect(outcome.output == "")
            #expect(
                outcome.errors == """
                    To consent for ads, open this URL in your browser:
                      http://127.0.0.1:4711/open
                    Consent granted for ads.
                      user      anna@example.com
                      note      the same user consented for other; if that is wrong, choose another user: valetkey login ads
                      scope     read
                      missing   write was not granted
                      valid     1h 0m, refreshed automatically
                    Read it with: valetkey token ads

                    """)
            let calls = await daemon.allCalls()
            #expect(calls == ["start consent ads -"] + [String](repeating: "consent ads wait=300", count: 3))
        }
    }

    @Test(
        arguments: [
            (ConsentState.refused, 77, "somebody said no"), (.failed, 77, "somebody said no"),
            (.expired, 77, "the consent has expired: nobody answered in time"),
            (.cancelled, 77, "the consent was cancelled"),
        ] as [(ConsentState, Int32, String)])
    func `a consent that fails has its exit code`(
        end: ConsentState, code: Int32, message: String
    ) async throws {
        try await withServedDaemon { daemon, path, _ in
            daemon.consents(become: [end])
            let outcome = try await valetkey(["login", "ads", "--no-browser", "--socket", path])
            #expect(outcome.code == code)
            #expect(outcome.errors.contains("\nvaletkey: \(message)\n"))
        }
    }

    @Test func `a client that the server refuses is a configuration error`() async throws {
        try await withServedDaemon { daemon, path, _ in
            daemon.consents(become: [.failed])
            let outcome = try await valetkey(["login", "mail", "--no-browser", "--socket", path])
            #expect(outcome.code == 78)
        }
    }

    @Test func `login warns of a grant that can't be refreshed`() async throws {
        try await withServedDaemon { daemon, path, _ in
            daemon.consents(become: [.granted])
            let outcome = try await valetkey(["login", "mail", "--no-browser", "--socket", path])
            #expect(outcome.code == 0)
            #expect(outcome.errors.contains("  valid     1h 0m\n  warning   it can't be refreshed\n"))
        }
    }

    // NATIVE-1
    @Test func `login starts the user's browser with the URL, out of reach of Ctrl-C`() async throws {
        try await withServedDaemon { daemon, path, _ in
            let folder = try ScratchFolder()
            try folder.makePipe("opened")
            let script = """
                #!/bin/sh
                read -r _ _ _ _ _ session _ < /proc/$$/stat
                printf '%s\\n' "$@" "$((session == $$))" > \(folder.file("opened"))
                """
            try folder.write(script.utf8, as: "browser", mode: 0o700)
            daemon.consents(become: [.granted])
            // Ends once the browser has written its arguments to the pipe.
            async let opened = run(
                .path("/bin/cat"), arguments: [folder.file("opened")], output: .string(limit: 10_000))
            let outcome = try await valetkey(
                ["login", "ads", "--socket", path],
                environment: [
                    "BROWSER": "/no/such/browser:\(folder.file("browser")) --new %s", "PATH": "/usr/bin:/bin",
                ])
            #expect(outcome.code == 0)
            #expect(try await opened.standardOutput == "--new\nhttp://127.0.0.1:4711/open\n1\n")
        }
    }

    @Test func `without a browser login asks the user to open the URL`() async throws {
        try await withServedDaemon { daemon, path, _ in
            daemon.consents(become: [.granted])
            let outcome = try await valetkey(["login", "ads", "--socket", path])
            #expect(outcome.errors.contains("No browser was found: set BROWSER, or open the URL yourself.\n"))
            let remote = try await valetkey(["login", "ads", "--socket", path], environment: ["SSH_CONNECTION": "x"])
            #expect(remote.errors.contains("  ssh -L 4711:127.0.0.1:4711 THIS_HOST\n"))
        }
    }

    @Test func `pasted lines are sent to the daemon until one is the redirect`() async throws {
        try await withServedDaemon { daemon, path, _ in
            let url = "http://127.0.0.1:4711/?code=x&state=y"
            let outcome = try await valetkey(
                ["login", "ads", "--paste", "--socket", path], input: "nonsense\n\(url)\n")
            #expect(outcome.code == 0)
            #expect(outcome.errors.contains("https://as.example/authorize?a=b&c=d\n"))
            #expect(outcome.errors.contains("what is wrong: malformed_request\nhint: what to do"))
            #expect(outcome.errors.contains("Consent granted for ads."))
            #expect(
                await daemon.allCalls() == [
                    "start consent ads paste", "take redirect ads nonsense", "take redirect ads \(url)",
                ])
        }
    }

    // B3
    @Test func `an address that is pasted in two lines is also sent to the daemon as a whole`() async throws {
        try await withServedDaemon { daemon, path, _ in
            let outcome = try await valetkey(
                ["login", "ads", "--paste", "--socket", path], input: "nonsense\nnonsense\n")
            #expect(outcome.code == 0)
            #expect(
                await daemon.allCalls() == [
                    "start consent ads paste", "take redirect ads nonsense", "take redirect ads nonsense",
                    "take redirect ads nonsense\nnonsense",
                ])
        }
    }

    @Test func `a user who pastes nothing cancels the consent`() async throws {
        try await withServedDaemon { daemon, path, _ in
            let outcome = try await valetkey(["login", "ads", "--paste", "--socket", path])
            #expect(outcome.code == 77)
            #expect(await daemon.allCalls() == ["start consent ads paste", "leave consent ads"])
        }
    }
}

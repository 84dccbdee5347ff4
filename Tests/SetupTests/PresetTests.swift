import Console
import Failures
import FakeDaemon
import Scratch
import Testing

@testable import Setup

/// Setups of presets.
@Suite(.timeLimit(.minutes(5))) struct PresetTests {
    @Test func `flags answer everything`() async throws {
        let rig = try SetupRig()
        let secret = try rig.folder.place("s3cret\n", as: "secret")
        let outcome = try await rig.run([
            "google", "--client-id", "id.apps", "--client-secret-file", secret, "--yes", "--scopes", "a b",
        ])
        #expect(outcome.status == 0, "\(outcome)")
        let expected = """
            [accounts.google]
            # Added by valetkey setup from the provider google
            provider = "google"
            client_id = "id.apps"
            scopes = ["a", "b"]
            client_secret = { file = "\(secret)" }

            """
        #expect(rig.text == expected)
        #expect(outcome.screen.contains("Next: valetkey login google"))
        #expect(try rig.folder.mode("config.toml") == 0o600)
    }

    @Test(
        arguments: [
            (["google", "--yes"], "--client-id"), (["google", "--yes", "--client-id", "c"], "--client-secret-file"),
            (["--yes"], "valetkey providers lists them"), (["gogle", "--yes"], "google"),
            (["api.example", "--yes"], "https://api.example"),
            (["google", "--yes", "--client-id", "c", "--set", "region=eu"], nil),
            (["google", "--yes", "--client-id", "c", "--set", "region"], nil),
            (["google", "--yes", "--client-id", "c", "--secret-file", "developer_token=/x"], nil),
            (["google", "--yes", "--client-id", "c\u{7}"], nil),
            (["google", "--yes", "--client-id", "c", "--client-secret-file", "secret"], nil),
            (["google", "--yes", "--client-id", "c", "--client-secret-file", "/no/such/file"], nil),
            (["google", "--yes", "--client-id", "c", "--redirect-uri", "http://x.example/"], nil),
            (["google", "--yes", "--account", "a b"], "--account"),
            (["microsoft", "--yes", "--client-id", "c", "--tenant", "a/b"], nil),
        ] as [([String], String?)]) func `what is missing or wrong is told, and nothing is written`(
            words: [String], hint: String?
        ) async throws
    {
        let rig = try SetupRig()
        let outcome = try await rig.run(words)
        #expect(outcome.failure?.exit == .usage, "\(outcome)")
        if let hint { #expect(outcome.failure?.hint?.contains(hint) == true) }
        #expect(try rig.folder.names().isEmpty)
    }

    @Test func `a person chooses by number, and the defaults are in brackets`() async throws {
        let rig = try SetupRig()
        let list = try await rig.run([], answers: [])
        #expect(list.failure?.exit == .interrupted)
        let line = try #require(list.screen.split(separator: "\n").first { $0.contains(" gitlab ") })
        let number = try #require(line.split(separator: " ").first)
        let outcome = try await rig.run([], answers: ["0", "999", String(number), "", "", "id", "", "read_api"])
        #expect(outcome.screen.contains("There is no such provider."))
        #expect(outcome.screen.contains("Name of the account [gitlab]: "))
        #expect(outcome.screen.contains("redirect URI to register: "))
        #expect(rig.text.contains("client_id = \"id\""), "\(outcome)")
    }

    @Test func `a typed secret goes into a file of its own, never into the configuration`() async throws {
        let rig = try SetupRig()
        let outcome = try await rig.run(["google"], answers: ["", "id", "", "profile"], typed: ["s3cret-value"])
        #expect(outcome.status == 0, "\(outcome)")
        #expect(!(rig.text + outcome.screen).contains("s3cret-value"))
        #expect(rig.text.contains("client_secret = { file = \"\(rig.folder.file("secrets/google.client_secret"))\" }"))
        #expect(try rig.folder.text("secrets/google.client_secret") == "s3cret-value\n")
        #expect(try rig.folder.mode("secrets/google.client_secret") == 0o600)
        #expect(try rig.folder.mode("secrets") == 0o700)
    }

    @Test func `a file that holds a secret of the same name isn't overwritten`() async throws {
        let rig = try SetupRig()
        try rig.folder.makeFolder("secrets")
        try rig.folder.write("old\n".utf8, as: "secrets/google.client_secret")
        let outcome = try await rig.run(["google"], answers: ["", "id", "", "profile"], typed: ["new"])
        #expect(outcome.failure?.message.contains("exists already") == true)
        #expect(try rig.folder.text("secrets/google.client_secret") == "old\n")
        #expect(rig.text.isEmpty)
    }

    @Test func `a typed secret is removed again where the account can't be written`() async throws {
        let rig = try SetupRig()
        try rig.folder.makeFolder("config.toml.new")
        let outcome = try await rig.run(["google"], answers: ["", "id", "", "profile"], typed: ["new"])
        #expect(outcome.failure?.message.contains("can't be written") == true)
        #expect(try rig.folder.names() == ["config.toml.new", "secrets"])
    }

    @Test func `the end of the input at any question leaves nothing behind`() async throws {
        let whole = ["", "id", "", "profile"]
        for count in whole.indices {
            let rig = try SetupRig()
            let outcome = try await rig.run(["google"], answers: Array(whole[..<count]), typed: ["s"])
            #expect(outcome.failure?.exit == .interrupted)
            #expect(try rig.folder.names().isEmpty)
        }
    }

    @Test func `the login follows, and then what the vendor has`() async throws {
        try await withServedDaemon { daemon, socket, _ in
            let words = ["microsoft-advertising", "--scopes", "https://ads.microsoft.com/msads.manage offline_access"]
            let rig = try SetupRig(socket: socket)
            let token = try rig.folder.place("DEVTOKEN0000000\n", as: "token")
            let outcome = try await rig.run(words, answers: ["mail", "id", "", token, "y"])
            #expect(outcome.status == 0, "\(outcome)")
            #expect(
                outcome.commands == [["login", "mail"], ["ads", "user", "mail"], ["ads", "accounts", "mail"]])
            #expect(outcome.screen.contains("Next: valetkey ads headers mail"))
            #expect(rig.text.contains("developer_token = { file = \"\(token)\" }"))
        }
    }

    @Test func `what fails ends the rest, with its exit status`() async throws {
        try await withServedDaemon { daemon, socket, _ in
            let rig = try SetupRig(socket: socket)
            let token = try rig.folder.place("DEVTOKEN0000000\n", as: "token")
            let outcome = try await rig.run(
                ["microsoft-advertising"], answers: ["mail", "id", "", token, "", "y"], statuses: [0, 75])
            #expect(outcome.status == 75, "\(outcome)")
            #expect(outcome.commands.last == ["ads", "user", "mail"])
        }
    }
}

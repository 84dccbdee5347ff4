import APIContract
import AuthorizationServer
import FoundationEssentials
import Logging
import Scratch
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(1))) struct ReloadTests {
    @Test func `a reload takes up what concerns the daemon itself, and says what that was`() async throws {
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
        }
    }
}

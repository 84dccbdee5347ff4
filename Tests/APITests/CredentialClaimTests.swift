import NIOEmbedded
import Testing

@testable import APIServer

struct CredentialClaimTests {
    private func claim(_ address: String) -> CredentialClaim? { CredentialClaim(address: Array(address.utf8)) }

    @Test func `the address of a service manager names the unit and the credential`() {
        #expect(
            claim("\0adf9d86b6eda275e/unit/backup.service/ads")
                == CredentialClaim(unit: "backup.service", credential: "ads"))
        #expect(claim("\0/unit/a@b.service/x.y") == CredentialClaim(unit: "a@b.service", credential: "x.y"))
    }

    @Test(arguments: [
        "", "\0", "adf/unit/backup.service/ads", "/run/unit/a.service/ads", "\0adf/unit/backup.service",
        "\0adf/unit/backup.service/", "\0adf/unit//ads", "\0adf/unit/a.service/ads/more", "\0adf/job/a.service/ads",
        "\0a/b/unit/a.service/ads",
    ])
    func `no other address is one`(_ address: String) {
        #expect(claim(address) == nil)
    }

    @Test func `what the address holds is cleaned for people`() {
        #expect(claim("\0a/unit/\u{1b}[31mx/y\nz")?.unit.contains("\u{1b}") == false)
        #expect(claim("\0a/unit/x/y\nz")?.credential.contains("\n") == false)
        #expect(claim("\0a/unit/\(String(repeating: "u", count: 200))/c")?.unit.utf8.count ?? 200 < 200)
    }

    @Test func `a connection without a socket has no peer`() throws {
        let channel = EmbeddedChannel()
        #expect(Peer(of: channel) == nil)
        _ = try channel.finish()
    }
}

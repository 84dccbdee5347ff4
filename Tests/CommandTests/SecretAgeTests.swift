import APIContract
import FoundationEssentials
import Testing

@testable import Command

struct SecretAgeTests {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)

    private func notes(daysLeft: Double?) -> [String] {
        var report = AccountReport(account: "ads", clientID: "app", state: .active, scope: [])
        report.clientExpiresAt = daysLeft.map { now.addingTimeInterval($0 * 86_400) }
        return SecretAge.notes(report, now: now)
    }

    // REG-4
    @Test func `a secret that expires within 30 days is told, with what to do`() {
        #expect(notes(daysLeft: 29.9).first?.hasPrefix("the client's secret expires in 29d") == true)
        #expect(notes(daysLeft: 29.9).last?.hasPrefix("hint: get a new one for [accounts.ads]") == true)
        #expect(notes(daysLeft: -0.1).first == "the client's secret has expired")
        #expect(notes(daysLeft: 0).first == "the client's secret has expired")
    }

    @Test(arguments: [nil, 30, 400]) func `another one is no news`(days: Double?) {
        #expect(notes(daysLeft: days).isEmpty)
    }
}

import FoundationEssentials
import SocketContract
import Testing

@testable import CommandKit

struct ConsentAgeTests {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)

    private func notes(
        _ consentDays: Double?, refreshed refreshDays: Double? = 0, provider: String? = "microsoft-advertising"
    ) -> [String] {
        func ago(_ days: Double?) -> Date? { days.map { now.addingTimeInterval(-$0 * 86_400) } }
        let report = AccountReport(
            account: "ads", provider: provider, clientID: "app", state: .active, scope: [],
            consentedAt: ago(consentDays), refreshedAt: ago(refreshDays))
        return ConsentAge.notes(report, now: now)
    }

    @Test(arguments: [80.1, 85, 89.9])
    func `a consent near its 90 days is said, with the remedy`(_ days: Double) {
        let notes = notes(days)
        #expect(notes.count == 2)
        #expect(notes.first?.hasPrefix("the consent is \(Int(days)) days old") == true)
        #expect(notes.last?.hasSuffix("valetkey login ads") == true)
    }

    @Test(arguments: [0, 79.9, 90.1, 400])
    func `a young consent is no news, nor one that renewals have carried past them`(_ days: Double) {
        #expect(notes(days).isEmpty)
    }

    @Test func `a refresh token that lies unused is the nearer danger`() {
        #expect(notes(200, refreshed: 85).first?.contains("lain unused for 85 days") == true)
        #expect(notes(85, refreshed: nil).last == "hint: valetkey refresh ads")
    }

    @Test(arguments: [nil, "google", "github", "microsoft-advertising-google"])
    func `other providers promise other things`(_ provider: String?) {
        #expect(notes(85, provider: provider).isEmpty)
        #expect(notes(85, refreshed: 85, provider: provider).isEmpty)
    }

    @Test func `without a consent there is no age`() {
        #expect(notes(nil, refreshed: nil).isEmpty)
    }
}

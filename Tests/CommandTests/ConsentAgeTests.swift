import APIContract
import FoundationEssentials
import Testing

@testable import Command
@testable import Console

struct ConsentAgeTests {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)

    private func notes(
        _ consentDays: Double?, refreshed refreshDays: Double? = 0, promised: Int? = 90
    ) -> [String] {
        func ago(_ days: Double?) -> Date? { days.map { now.addingTimeInterval(-$0 * 86_400) } }
        var report = AccountReport(
            account: "ads", clientID: "app", state: .active, scope: [],
            consentedAt: ago(consentDays), refreshedAt: ago(refreshDays))
        report.unusedLimit = promised.map { $0 * 86_400 }
        return ConsentAge.notes(report, now: now)
    }

    @Test(arguments: [80.1, 85, 89.9])
    func `a consent that is nearly 90 days old gets a note with a hint`(_ days: Double) {
        let notes = notes(days)
        #expect(notes.count == 2)
        #expect(notes.first?.hasPrefix("the consent is \(Int(days)) days old") == true)
        #expect(notes.last?.hasSuffix("valetkey login ads") == true)
    }

    @Test(arguments: [0, 79.9, 90.1, 400])
    func `there is no note for a young consent, nor for one that refreshes have kept valid beyond 90 days`(
        _ days: Double
    ) {
        #expect(notes(days).isEmpty)
    }

    @Test func `an unused refresh token is reported before an old consent`() {
        #expect(notes(200, refreshed: 85).first?.contains("wasn't used for 85 days") == true)
        #expect(notes(85, refreshed: nil).last == "hint: run: valetkey refresh ads")
    }

    @Test func `there is no note for a provider without a promised lifetime`() {
        #expect(notes(85, promised: nil).isEmpty)
        #expect(notes(85, refreshed: 85, promised: nil).isEmpty)
    }

    @Test func `a different promised lifetime is used unchanged`() {
        #expect(notes(19.9, promised: 30).isEmpty && notes(30.1, promised: 30).isEmpty)
        #expect(notes(20.1, promised: 30).first?.contains("after 30") == true)
        #expect(notes(200, refreshed: 21, promised: 30).first?.contains("keeps it for 30") == true)
    }

    @Test func `an account without a consent has no note`() {
        #expect(notes(nil, refreshed: nil).isEmpty)
    }
}

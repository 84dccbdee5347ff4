import APIContract
import FoundationEssentials
import Testing

@testable import Demo

@Suite struct FleetTests {
    private let start = ContinuousClock.now

    private func report(_ host: Int, _ news: HostReport.News, _ milliseconds: Double) -> HostReport {
        HostReport(host: host, news: news, at: start + .microseconds(Int(milliseconds * 1000)))
    }

    private func round(_ reports: [HostReport], of hosts: Set<Int> = [1, 2, 3]) -> Round {
        var round = Round(of: hosts)
        for report in reports { round.take(report) }
        return round
    }

    @Test func `a round is whole once one host has the token and all others have adopted it`() {
        let reports = [report(2, .obtained, 0), report(3, .adopted, 8.2), report(1, .adopted, 11)]
        #expect(!round([]).isWhole)
        #expect(round([]).missing == "host 1, host 2, host 3")
        let half = round(Array(reports[..<2]))
        #expect(!half.isWhole)
        #expect(half.missing == "host 1")
        let whole = round(reports)
        #expect(whole.isWhole)
        #expect(whole.author == 2)
        #expect(whole.missing.isEmpty)
        #expect(whole.adoptions == "host 1 adopted it after 11 ms, host 3 after 9 ms")
    }

    @Test func `hosts that don't take part, failures and ends don't count`() {
        let others = [report(3, .obtained, 0), report(1, .failed("x", hint: nil), 1), report(2, .ended, 2)]
        #expect(round(others, of: [1, 2]).author == nil)
        #expect(!round(others + [report(1, .obtained, 3), report(3, .adopted, 4)], of: [1, 2]).isWhole)
        #expect(round(others + [report(1, .obtained, 3), report(2, .adopted, 4)], of: [1, 2]).isWhole)
    }

    @Test func `an adoption counts that is received a moment earlier, and not one of an earlier token`() {
        let adoptions = [report(1, .adopted, 500), report(3, .adopted, 1800)]
        let early = round(adoptions + [report(2, .obtained, 1499)])
        #expect(early.isWhole)
        #expect(early.adoptions == "host 1 adopted it after 1 ms, host 3 after 301 ms")
        #expect(round(adoptions + [report(2, .obtained, 1500)]).missing == "host 1")
    }

    @Test func `the host that obtains a token has adopted none`() {
        let changed = round([report(1, .obtained, 0), report(2, .adopted, 1), report(2, .obtained, 2)])
        #expect(changed.author == 2)
        #expect(changed.missing == "host 1, host 3")
    }

    @Test(arguments: [
        ("consented", [:], HostReport.News.obtained), ("refreshed", [:], .obtained), ("adopted", [:], .adopted),
        ("refresh_failed", ["detail": "no", "hint": "wait"], .failed("no", hint: "wait")),
        ("consent_required", ["detail": "no"], .failed("no", hint: nil)), ("reader_seen", ["unit": "x"], nil),
    ])
    func `an event of a daemon is read`(name: String, fields: [String: String], news: HostReport.News?) {
        let event = EventReport(number: 1, at: Date(), event: name, account: "demo", message: "m", fields: fields)
        #expect(HostReport.News(event) == news)
    }

    @Test func `the summary tells of requests without a refresh and of hosts that don't agree`() {
        let clean = FleetSummary(refreshes: 3, requests: 3, agreeing: 3, hosts: 3)
        #expect(clean.isClean)
        #expect(
            clean.lines == [
                "refreshes                       3", "requests with a refresh token   3, one for each refresh",
                "hosts that agree                3 of 3",
            ])
        let wasteful = FleetSummary(refreshes: 3, requests: 5, agreeing: 3, hosts: 3)
        #expect(!wasteful.isClean)
        #expect(wasteful.lines[1] == "requests with a refresh token   5, 2 without a refresh")
        let split = FleetSummary(refreshes: 3, requests: 3, agreeing: 2, hosts: 3)
        #expect(!split.isClean)
        #expect(split.lines[2] == "hosts that agree                2 of 3")
    }
}

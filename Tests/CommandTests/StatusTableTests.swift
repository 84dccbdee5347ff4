import APIContract
import FakeDaemon
import FoundationEssentials
import Testing

@testable import Command
@testable import Console

struct StatusTableTests {
    private let plain = Terminal(descriptor: -1, isTerminal: false, hasColour: false)
    private let colourful = Terminal(descriptor: -1, isTerminal: true, hasColour: true)

    private func lines(_ screen: Terminal, _ reports: [AccountReport]) -> [String] {
        StatusTable(screen: screen, now: .example + 90_061).lines(reports)
    }

    @Test func `columns are aligned, and no line ends with a blank`() {
        let short = AccountReport(account: "a", clientID: "c", state: .noGrant, scope: [])
        var long = AccountReport.example("a-long-name", state: .retrying)
        (long.unsaved, long.lastError, long.missingScope, long.consent) = (false, nil, nil, nil)
        #expect(
            lines(plain, [short, long]) == [
                "ACCOUNT      PROVIDER  STATE                    TIME LEFT  NEXT REFRESH  CONSENT",
                "a            -         no grant                 -          -             -",
                "  └ hint: run: valetkey login a",
                "a-long-name  example   active, refresh failing  59m 59s    in 50m 0s     1d 1h ago",
            ])
    }

    @Test func `notes on an account are below its line`() {
        #expect(
            lines(plain, [.example("ads")]).dropFirst(2) == [
                "  └ the login isn't saved: it is lost if valetkeyd stops", "  └ no network", "  └ hint: plug it in",
                "  └ not granted: write", "  └ a consent is pending: open http://127.0.0.1:4711/open",
            ])
    }

    @Test func `who consented has a column where that is known of some account, and a note where of others too`() {
        let nobody = AccountReport(account: "a", clientID: "c", state: .active, scope: [])
        var anna = nobody
        (anna.account, anna.user) = ("b", "anna@example.com")
        anna.sameUserAs = ["c", "d", "e", "f"]
        #expect(lines(plain, [nobody])[0].hasSuffix("CONSENT"))
        #expect(
            lines(plain, [nobody, anna]) == [
                "ACCOUNT  PROVIDER  STATE   TIME LEFT  NEXT REFRESH  CONSENT  USER",
                "a        -         active  -          -             -        -",
                "b        -         active  -          -             -        anna@example.com",
                "  └ the same user consented for c, d, e and 1 more",
            ])
    }

    @Test(arguments: AccountState.allCases)
    func `without a terminal there is no colour and no bar`(state: AccountState) {
        for line in lines(plain, [.example("ads", state: state)]) {
            #expect(!line.contains("\u{1b}") && !line.contains("█"))
        }
    }

    @Test(arguments: AccountState.allCases)
    func `colour doesn't change the alignment`(state: AccountState) {
        let reports = [AccountReport.example("ads", state: state)]
        let black = Terminal(descriptor: -1, isTerminal: true, hasColour: false)
        let stripped = lines(colourful, reports).map { $0.replacing(#/\u{1b}\[\d+m/#, with: "") }
        #expect(lines(colourful, reports) != stripped)
        #expect(stripped == lines(black, reports))
    }

    @Test(arguments: [
        (3600, 3600, "██████████ 1h 0m"), (1800, 3600, "█████░░░░░ 30m 0s"), (1, 3600, "█░░░░░░░░░ 1s"),
        (7200, 3600, "██████████ 2h 0m"), (0, 3600, "expired"), (-5, 3600, "expired"), (60, 0, "1m 0s"),
    ])
    func `on a terminal a bar shows the remaining time`(left: Int, lifetime: Int, shown: String) {
        var report = AccountReport.example("ads")
        (report.expiresIn, report.lifetime) = (left, lifetime)
        #expect(lines(colourful, [report])[1].contains("  \(shown)  "))
    }

    @Test func `text from outside can't control the terminal`() {
        var report = AccountReport.example("ads")
        report.lastError = FailureReport(code: "x", detail: "\u{1b}[2Jgone\r\n", hint: "\u{9b}2J\u{7}")
        for line in lines(plain, [report]) {
            #expect(!line.unicodeScalars.contains { $0.properties.generalCategory == .control })
        }
    }
}

import APIContract
import ArgumentParser
import Failures
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

    @Test func `a file of a token that isn't right is noted, with what to do`() {
        var report = AccountReport(account: "a", clientID: "c", state: .active, scope: [])
        report.tokenFiles = [
            TokenFileReport(path: "/run/a", written: true),
            TokenFileReport(
                path: "/run/b", written: true, lastError: FailureReport(.storage, "no room", hint: "make some")),
        ]
        #expect(lines(plain, [report]).dropFirst(2) == ["  └ no room", "  └ hint: make some"])
    }

    @Test func `the user has a column if one is known, and a note names other accounts of the same user`() {
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

    private static let many: [AccountReport] = [
        ("b", "x", AccountState.active, "anna"), ("a", "x", .consentRequired, nil), ("c", "y", .noGrant, "Anna"),
        ("d", nil, .active, nil),
    ].map { name, provider, state, user in
        var report = AccountReport(account: name, provider: provider, clientID: "c", state: state, scope: [])
        report.user = user
        return report
    }

    @Test(arguments: [
        ([], ["b", "a", "c", "d"]), (["--state", "active"], ["b", "d"]),
        (["--state", "active", "--state", "no_grant"], ["b", "c", "d"]), (["--provider", "x"], ["b", "a"]),
        (["--user", "anna"], ["b", "c"]), (["--needs-login"], ["a", "c"]),
        (["--needs-login", "--provider", "x"], ["a"]), (["--user", "berta"], []),
    ])
    func `accounts are filtered by their properties`(_ words: [String], _ names: [String]) throws {
        let filter = try StatusFilter.parse(words)
        #expect(Self.many.filter(filter.keeps).map(\.account) == names)
        #expect(filter.isSet == !words.isEmpty)
    }

    @Test func `grouped accounts are printed as one table for each group`() {
        let table = StatusTable(screen: plain, now: .example)
        let groups = table.lines(Self.many, by: .provider)
        #expect(
            groups.filter { $0.hasSuffix("account)") || $0.hasSuffix("accounts)") } == [
                "- (1 account)", "x (2 accounts)", "y (1 account)",
            ])
        #expect(groups.filter { $0.hasPrefix("ACCOUNT") }.count == 3 && groups.filter(\.isEmpty).count == 2)
        #expect(table.lines(Self.many, by: .state)[0] == "active (2 accounts)")
        #expect(table.lines(Self.many, by: .user)[0] == "- (2 accounts)")
    }

    @Test func `the label has a column if an account has one`() {
        var labelled = Self.many[0]
        (labelled.user, labelled.label) = (nil, "Müller GmbH")
        #expect(lines(plain, [labelled])[0].hasSuffix("CONSENT  LABEL"))
        #expect(lines(plain, [labelled])[1].hasSuffix("-        Müller GmbH"))
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

import APIContract
import ArgumentParser
import Failures
import FakeDaemon
import FoundationEssentials
import Testing
import Text

@testable import Command
@testable import Console

struct StatusTableTests {
    private let plain = Terminal(descriptor: -1, isTerminal: false, hasColour: false)
    private let colourful = Terminal(descriptor: -1, isTerminal: true, hasColour: true)

    private func lines(_ screen: Terminal, _ reports: [AccountReport]) -> [String] {
        StatusTable(screen: screen, now: .example + 90_061).lines(reports)
    }

    // P5
    @Test func `columns are aligned, and no line ends with a blank`() {
        let short = AccountReport(account: "a", clientID: "c", state: .noGrant, scope: [])
        var long = AccountReport.example("a-long-name", state: .active)
        (long.unsaved, long.lastError, long.missingScope, long.consent) = (false, nil, nil, nil)
        let time = LocalTime.short(.example + 90_061 + 3599, now: .example + 90_061)
        long.expiresAt = .example + 90_061 + 3599
        let blanks = String(repeating: " ", count: time.count)
        #expect(
            lines(plain, [short, long]) == [
                "ACCOUNT      STATE          EXPIRES\(blanks)     NEXT REFRESH",
                "a            not logged in  -\(blanks)           -",
                "  └ hint: run: valetkey login a",
                "a-long-name  active         \(time) (59m 59s)  in 50m 0s",
                "  └ example · consented 1d 1h ago",
            ])
    }

    // P5
    @Test(arguments: [40, 51, 80, 120])
    func `no line is wider than the terminal`(columns: Int) {
        let screen = Terminal(descriptor: -1, isTerminal: true, hasColour: true, size: (columns, 24))
        for state in AccountState.allCases {
            var report = AccountReport.example("microsoft-advertising", state: state)
            report.consent = nil
            report.lastError = FailureReport(
                .network, String(repeating: "no network here ", count: 12), hint: "plug it in, then wait for a while")
            for line in lines(screen, [report]) { #expect(line.cells <= columns, "\(line)") }
        }
    }

    // P5
    @Test(arguments: [(120, "█", " ("), (60, "(", "in "), (45, "59m 59s", "in "), (20, "expires: ", "next refresh: ")])
    func `a narrower terminal is told less on one line`(columns: Int, _ first: String, _ second: String) {
        let screen = Terminal(descriptor: -1, isTerminal: true, hasColour: false, size: (columns, 24))
        var report = AccountReport.example("ads")
        (report.unsaved, report.lastError) = (false, nil)
        let text = lines(screen, [report]).joined(separator: "\n")
        #expect(text.contains(first) && text.contains(second))
        #expect(text.contains("█") == (columns == 120))
    }

    @Test func `notes on an account are below its line`() {
        #expect(
            lines(plain, [.example("ads")]).dropFirst(2) == [
                "  └ example · consented 1d 1h ago", "  └ the login isn't saved: it is lost if valetkeyd stops",
                "  └ no network", "  └ hint: plug it in", "  └ not granted: write",
                "  └ a login is under way: open http://127.0.0.1:4711/open",
            ])
    }

    // P11
    @Test func `each hint has a line of its own`() {
        var report = AccountReport(account: "a", clientID: "c", state: .unavailable, scope: [])
        report.lastError = FailureReport(.network, "no network", hint: "plug it in\nor wait")
        report.nextRefreshIn = 58
        #expect(
            lines(plain, [report]).dropFirst(2) == [
                "  └ no network", "  └ hint: plug it in", "  └ hint: or wait", "  └ valetkey tries again in 58s",
            ])
    }

    // P13
    @Test(
        arguments: [
            (AccountState.active, nil, 60, Exit.success, Colour.green, "active"),
            (.active, .noRefreshToken, 60, .success, .yellow, "active, but see below"),
            (.active, .refusedScope, 60, .configuration, .yellow, "active, but see below"),
            (.refreshing, nil, 60, .success, .green, "refreshing"),
            (.refreshing, nil, 0, .tryAgain, .green, "refreshing"),
            (.refreshing, nil, nil, .tryAgain, .green, "refreshing"),
            (.retrying, .network, 60, .success, .yellow, "active, refresh failing"),
            (.unavailable, .network, nil, .tryAgain, .red, "unavailable"),
            (.locked, .locked, nil, .tryAgain, .yellow, "locked"),
            (.noGrant, nil, nil, .consentNeeded, .yellow, "not logged in"),
            (.consentPending, nil, nil, .consentNeeded, .yellow, "login under way"),
            (.consentRequired, .invalidGrant, nil, .consentNeeded, .red, "consent required"),
            (.configurationError, .invalidClient, nil, .configuration, .red, "configuration error"),
        ] as [(AccountState, FailureCode?, Int?, Exit, Colour, String)])
    func `each state has its word, its colour and the exit status of a script`(
        _ state: AccountState, _ code: FailureCode?, _ left: Int?, _ exit: Exit, _ colour: Colour, _ word: String
    ) {
        var report = AccountReport(account: "a", clientID: "c", state: state, scope: [])
        (report.lastError, report.expiresIn, report.nextRefreshIn) = (code.map { FailureReport($0, "x") }, left, 50)
        let health = AccountHealth(report)
        #expect(health.exit == exit && health.colour == colour && health.word == word)
    }

    // P19
    @Test func `wide characters don't shift the columns`() {
        var wide = AccountReport(account: "a", clientID: "c", state: .active, scope: [])
        wide.tokens = [TokenReport(token: "日本", state: .active, scope: [])]
        let rows = lines(plain, [wide])
        #expect(rows.dropFirst() == ["a        active  -           -", "a/日本   active  not stated  -"])
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

    @Test func `the user is named if one is known, and a note names other accounts of the same user`() {
        let nobody = AccountReport(account: "a", clientID: "c", state: .active, scope: [])
        var anna = nobody
        (anna.account, anna.user) = ("b", "anna@example.com")
        anna.sameUserAs = ["c", "d", "e", "f"]
        #expect(lines(plain, [nobody]).count == 2)
        #expect(
            lines(plain, [nobody, anna]).dropFirst() == [
                "a        active  -        -", "b        active  -        -", "  └ anna@example.com",
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

    @Test func `the label is named if an account has one`() {
        var labelled = Self.many[0]
        (labelled.user, labelled.label) = (nil, "Müller GmbH")
        #expect(lines(plain, [labelled])[2] == "  └ x · Müller GmbH")
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
        (3600, 3600, "██████████ (1h 0m)"), (1800, 3600, "█████░░░░░ (30m 0s)"), (1, 3600, "█░░░░░░░░░ (1s)"),
        (7200, 3600, "██████████ (2h 0m)"), (0, 3600, "expired"), (-5, 3600, "expired"), (60, 0, "(1m 0s)"),
    ])
    func `on a terminal a bar shows the remaining time`(left: Int, lifetime: Int, shown: String) {
        var report = AccountReport.example("ads")
        (report.expiresIn, report.lifetime) = (left, lifetime)
        let wide = Terminal(descriptor: -1, isTerminal: true, hasColour: true, size: (200, 24))
        let time = report.expiresAt.map { LocalTime.short($0, now: .example + 90_061) } ?? ""
        #expect(lines(wide, [report])[1].replacing(" \(time) ", with: " ").contains("  \(shown)  "))
    }

    @Test func `text from outside can't control the terminal`() {
        var report = AccountReport.example("ads")
        report.lastError = FailureReport(code: "x", detail: "\u{1b}[2Jgone\r\n", hint: "\u{9b}2J\u{7}")
        for line in lines(plain, [report]) {
            #expect(!line.unicodeScalars.contains { $0.properties.generalCategory == .control })
        }
    }
}

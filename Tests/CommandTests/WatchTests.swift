import APIContract
import FakeDaemon
import FoundationEssentials
import Testing

@testable import APIClient
@testable import Command

struct WatchTests {
    @Test func `the pauses between tries grow up to a limit`() {
        var pauses = WatchPauses()
        #expect((0..<7).map { _ in pauses.next() } == [1, 2, 4, 8, 16, 30, 30])
    }

    @Test func `events are read from the stream however it is cut into pieces`() {
        let text = ": connected\n\nid: 1\nevent: a\ndata: {\"x\":1}\n\n: still here\n\nevent: gap\ndata: {}\n\n"
        for size in 1...text.utf8.count {
            var events = ServerSentEvents()
            var seen: [String] = []
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                seen += events.take(Array(rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            #expect(seen == ["{\"x\":1}", "{}"])
        }
    }

    @Test func `a report ages without the daemon`() {
        var report = AccountReport.example("ads")
        (report.expiresIn, report.nextRefreshIn) = (60, 5)
        report.tokens = [TokenReport(state: .active, scope: [], expiresIn: 60, nextRefreshIn: 5)]
        let later = report.aged(by: 10)
        #expect(later.expiresIn == 50 && later.nextRefreshIn == 0)
        #expect(later.tokens?.first?.expiresIn == 50 && later.tokens?.first?.nextRefreshIn == 0)
        (report.expiresIn, report.nextRefreshIn, report.tokens) = (nil, nil, nil)
        #expect(report.aged(by: 10) == report)
    }

    @Test func `a change is a line that says when, which account, its state and what happened`() {
        let change = WatchLines.Change(
            event: "refresh_failed", at: .example, account: "ads", message: "refresh failed",
            fields: ["detail": "no \u{1b}network"], report: .example("ads", state: .retrying))
        let text = WatchLines.text(change)
        #expect(text.hasSuffix("  ads  active, refresh failing  refresh failed: no  network"))
        let away = WatchLines.Change(event: "daemon_away", at: .example, message: "it is gone")
        #expect(WatchLines.text(away).hasSuffix(":\(WatchLines.text(away).dropFirst(3).prefix(5))  it is gone"))
    }
}

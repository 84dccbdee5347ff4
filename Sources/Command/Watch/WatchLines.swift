import APIContract
import Console
import Failures
import FoundationEssentials
import Text

/// A watch for a file or a program: a line for each change, or a JSON object on each line.
struct WatchLines: WatchDisplay {
    /// One change as JSON: what happened, and the account after it.
    struct Change: Encodable {
        /// The event of `/events`; `state` for each account after a connection, and `daemon_away`.
        var event: String
        var at: Date
        var account: String?
        var message: String?
        var fields: [String: String]?
        var report: AccountReport?
    }

    let screen: Terminal
    let asJSON: Bool

    let changesWithTime = false

    func begin() {}

    func end() {}

    func tick() {}

    func show(_ reports: [AccountReport], after change: EventReport?) {
        guard let change else {
            for report in reports {
                write(Change(event: "state", at: Date(), account: report.account, report: report))
            }
            return
        }
        write(
            Change(
                event: change.event, at: change.at, account: change.account, message: change.message,
                fields: change.fields, report: reports.first { $0.account == change.account }))
    }

    func lose(_ failure: CommandFailure, pause: Int) {
        write(Change(event: "daemon_away", at: Date(), message: failure.message))
    }

    private func write(_ change: Change) {
        if asJSON {
            if let line = try? CommandJSON.line(change) { screen.line(line) }
        } else {
            screen.line(Self.text(change))
        }
    }

    static func text(_ change: Change) -> String {
        let state = change.report.map { AccountHealth($0).word }
        let detail = change.fields?["detail"].map { ": \($0)" } ?? ""
        let facts = [LocalTime.clock(change.at), change.account, state, change.message.map { $0 + detail }]
        return facts.compactMap(\.self).joined(separator: "  ").plain
    }
}

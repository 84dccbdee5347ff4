import APIClient
import APIContract
import ArgumentParser
import Console
import Failures
import Glibc

/// Follows the daemon's events and shows the accounts after each of them, until a signal comes. Where the daemon goes
/// away, it connects again, with growing pauses.
struct StatusWatch {
    let client: SocketClient
    /// Only this account's changes; nil for all.
    let account: String?
    let keeps: (AccountReport) -> Bool
    let display: any WatchDisplay

    /// The time after which a display that changes with time is drawn again.
    private static let tick = Duration.seconds(1)
    /// How long a daemon that says nothing is taken for alive: it sends a comment each 15 s.
    private static let silence = Duration.seconds(40)

    /// - Throws: the exit code of the signal, or the daemon's problem, such as that there is no such account.
    func run() throws {
        let signals = StopSignals.watch()
        defer { signals.end() }
        display.begin()
        defer { display.end() }
        var pauses = WatchPauses()
        while true {
            do throws(ClientFailure) {
                try follow(signals) { pauses = WatchPauses() }
            } catch .interrupted {
                throw Interruption.code(signals.take())
            } catch .problem(let problem) {
                throw ClientFailure.problem(problem)
            } catch {
                let pause = pauses.next()
                display.lose(CommandFailure(error), pause: pause)
                guard !isReadable(signals.descriptor, within: .seconds(pause)) else {
                    throw Interruption.code(signals.take())
                }
            }
        }
    }

    private func follow(_ signals: StopSignals, connected: () -> Void) throws(ClientFailure) {
        let events = try EventSubscription(client, account: account, stop: signals.descriptor)
        connected()
        var reports = try reports()
        display.show(reports, after: nil)
        var lastWord = ContinuousClock.now
        while true {
            do throws(ClientFailure) {
                let news = try events.next(
                    stop: signals.descriptor, within: display.changesWithTime ? Self.tick : Self.silence)
                lastWord = .now
                let changes = news.filter { $0.event != Self.reading && (account == nil || $0.account == account) }
                if changes.isEmpty { continue }
                reports = try settled(changes, signals)
                for change in changes { display.show(reports, after: change) }
            } catch .timedOut {
                guard ContinuousClock.now - lastWord < Self.silence else { throw .timedOut }
                // No event tells that a refresh was stored.
                if display.changesWithTime, reports.contains(where: { $0.state == .refreshing }) {
                    reports = try self.reports()
                    display.show(reports, after: nil)
                } else {
                    display.tick()
                }
            }
        }
    }

    /// Reads change nothing of an account.
    private static let reading = "reader_seen"

    /// The accounts after these changes. A refresh is told of before its grant is stored, which is a moment later.
    private func settled(
        _ changes: [EventReport], _ signals: StopSignals
    ) throws(ClientFailure) -> [AccountReport] {
        let names = Set(changes.compactMap(\.account))
        for _ in 0..<Self.tries {
            let reports = try reports()
            guard reports.contains(where: { names.contains($0.account) && $0.state == .refreshing }),
                !isReadable(signals.descriptor, within: Self.moment)
            else { return reports }
        }
        return try reports()
    }

    private static let (tries, moment) = (20, Duration.milliseconds(100))

    private func reports() throws(ClientFailure) -> [AccountReport] {
        if let account { return [try client.account(account)] }
        return try client.accounts().accounts.filter(keeps)
    }

    private func isReadable(_ descriptor: CInt, within patience: Duration) -> Bool {
        let end = ContinuousClock.now + patience
        while true {
            let left = end - ContinuousClock.now
            guard left > .zero else { return false }
            var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000 + 1
            if unsafe poll(&watched, 1, CInt(clamping: milliseconds)) > 0 { return true }
        }
    }
}

/// The pauses between tries to reach the daemon, in seconds: each is twice the one before, up to a limit.
struct WatchPauses {
    private static let longest = 30
    private var latest = 0

    mutating func next() -> Int {
        latest = min(Self.longest, max(1, 2 * latest))
        return latest
    }
}

/// Where a watch shows what it sees.
protocol WatchDisplay {
    /// Whether `tick` changes what is shown.
    var changesWithTime: Bool { get }

    func begin()
    func end()
    /// Shows the accounts as they are after a change; nil for the first time after a connection.
    func show(_ reports: [AccountReport], after change: EventReport?)
    /// Shows that the daemon doesn't answer, and in how many seconds it is tried again.
    func lose(_ failure: CommandFailure, pause: Int)
    func tick()
}

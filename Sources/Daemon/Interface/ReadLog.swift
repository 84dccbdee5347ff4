import APIContract
import APIServer
import FoundationEssentials
import Grants
import Synchronization

/// Who has read each account's token since the start: up to 32 different readers an account.
///
/// It only detects: an unsandboxed program of the user can pass for another one, and could read the key file instead.
/// A new reader is an event, and so is one that comes again after an hour. Where the account names those that it
/// expects, another one is served too, but is a warning, and the first such is notified.
final class ReadLog: Sendable {
    struct Reader: Sendable, Hashable {
        var socket: String
        var user: UInt32
        var claims: CallerClaims
    }

    private struct Entry {
        var first: Instant
        var last: Instant
        var told: Instant
        var count = 1
    }

    private struct Account {
        var readers: [Reader: Entry] = [:]
        var others = 0
        var hasWarned = false
    }

    private struct State {
        var accounts: [String: Account] = [:]
        var expected: [String: [String]] = [:]
    }

    private let observer: @Sendable (_ account: String, ReaderEvent) -> Void
    private let state = Mutex(State())

    private static let limit = 32
    private static let pause = Duration.seconds(3600)

    init(observer: @escaping @Sendable (_ account: String, ReaderEvent) -> Void) {
        self.observer = observer
    }

    /// Takes over the expectations, by account. Accounts that are gone are forgotten.
    func adopt(expected: [String: [String]]) {
        state.withLock { state in
            state.expected = expected.filter { !$0.value.isEmpty }
            state.accounts = state.accounts.filter { expected[$0.key] != nil }
        }
    }

    /// Notes a read that was answered with a token.
    func note(_ caller: Caller, of account: String, at now: Instant) {
        let reader = Reader(socket: caller.socket, user: caller.user, claims: caller.claims)
        let event = state.withLock { state in
            Self.count(reader, in: &state.accounts[account, default: Account()], state.expected[account], now)
        }
        if let event { observer(account, event) }
    }

    func report(of account: String, now: Moment) -> ReaderList {
        let (known, expected) = state.withLock { ($0.accounts[account], $0.expected[account]) }
        func date(_ instant: Instant) -> Date { now.wall + (instant - now.instant).timeInterval }
        let readers = (known?.readers ?? [:]).sorted {
            ($0.value.last, $0.value.first) > ($1.value.last, $1.value.first)
        }
        return ReaderList(
            account: account,
            readers: readers.map { reader, entry in
                ReaderReport(
                    socket: reader.socket, uid: reader.user, unit: reader.claims.unit, program: reader.claims.program,
                    first: date(entry.first), last: date(entry.last), count: entry.count,
                    expected: expected.map(reader.isAmong))
            }, others: known?.others ?? 0)
    }

    private static func count(
        _ reader: Reader, in account: inout Account, _ expected: [String]?, _ now: Instant
    ) -> ReaderEvent? {
        let isUnexpected = expected.map { !reader.isAmong($0) } ?? false
        func event() -> ReaderEvent {
            defer { if isUnexpected { account.hasWarned = true } }
            return isUnexpected ? .unexpected(reader, isFirst: !account.hasWarned) : .seen(reader)
        }
        guard var entry = account.readers[reader] else {
            guard account.readers.count < limit else {
                account.others += 1
                // Whoever hides among many readers is still told of.
                return isUnexpected && !account.hasWarned ? event() : nil
            }
            account.readers[reader] = Entry(first: now, last: now, told: now)
            return event()
        }
        entry.count += 1
        entry.last = now
        let isDue = now - entry.told >= pause
        if isDue { entry.told = now }
        account.readers[reader] = entry
        return isDue ? event() : nil
    }
}

extension ReadLog.Reader {
    /// Whether one of the expectations names it: `unit:NAME`, `program:PATH`, `socket:NAME` or `uid:NUMBER`.
    func isAmong(_ expected: [String]) -> Bool {
        let own = [
            claims.unit.map { "unit:\($0)" }, claims.program.map { "program:\($0)" }, "socket:\(socket)", "uid:\(user)",
        ]
        return expected.contains { own.contains($0) }
    }

    /// For a log line.
    var fields: [String: String] {
        ["socket": socket, "uid": "\(user)", "unit": claims.unit ?? "", "program": claims.program ?? ""]
            .filter { !$1.isEmpty }
    }
}

/// What is to be told of a reader.
enum ReaderEvent: Sendable, Equatable {
    /// A new one, or one that has come again after an hour.
    case seen(ReadLog.Reader)
    /// One that the account doesn't expect; the first of them is notified.
    case unexpected(ReadLog.Reader, isFirst: Bool)
}

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

    private struct Times {
        var first: Instant
        var last: Instant
        var told: Instant
        var count = 1
    }

    /// The reads of one reader of one account.
    private final class Entry: Sendable {
        private let state: Mutex<Times>

        init(at now: Instant) {
            state = Mutex(Times(first: now, last: now, told: now))
        }

        var times: Times { state.withLock { $0 } }

        /// Counts a read; true where it is time to tell of the reader again.
        func count(at now: Instant) -> Bool {
            state.withLock { times in
                times.count += 1
                times.last = now
                guard now - times.told >= ReadLog.pause else { return false }
                times.told = now
                return true
            }
        }
    }

    /// What is noted on a connection, so that its next read needs no search. It counts until the next configuration.
    private final class Note: Sendable {
        let reader: Reader
        let account: String
        let entry: Entry
        let generation: Int

        init(_ reader: Reader, of account: String, _ entry: Entry, _ generation: Int) {
            self.reader = reader
            self.account = account
            self.entry = entry
            self.generation = generation
        }
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
    private let generation = Atomic(0)

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
            generation.add(1, ordering: .relaxed)
        }
    }

    /// Notes a read that was answered with a token.
    func note(_ caller: Caller, of account: String, at now: Instant) {
        if let note = caller.noted.withLock({ $0 as? Note }), note.account == account,
            note.generation == generation.load(ordering: .relaxed)
        {
            guard note.entry.count(at: now) else { return }
            return tell(account, state.withLock { Self.event(note.reader, account, in: &$0) })
        }
        let reader = Reader(socket: caller.socket, user: caller.user, claims: caller.claims)
        let (note, event) = state.withLock { state in
            let (entry, event) = Self.count(reader, account, in: &state, now)
            return (entry.map { Note(reader, of: account, $0, generation.load(ordering: .relaxed)) }, event)
        }
        caller.noted.withLock { $0 = note }
        if let event { tell(account, event) }
    }

    private func tell(_ account: String, _ event: ReaderEvent) { observer(account, event) }

    func report(of account: String, now: Moment) -> ReaderList {
        let (known, expected) = state.withLock { ($0.accounts[account], $0.expected[account]) }
        func date(_ instant: Instant) -> Date { now.wall + (instant - now.instant).timeInterval }
        let readers = (known?.readers ?? [:]).mapValues(\.times).sorted {
            ($0.value.last, $0.value.first) > ($1.value.last, $1.value.first)
        }
        return ReaderList(
            account: account,
            readers: readers.map { reader, times in
                ReaderReport(
                    socket: reader.socket, uid: reader.user, unit: reader.claims.unit, program: reader.claims.program,
                    first: date(times.first), last: date(times.last), count: times.count,
                    expected: expected.map(reader.isAmong))
            }, others: known?.others ?? 0)
    }

    /// Counts a read. The reader has no entry where there are too many.
    private static func count(
        _ reader: Reader, _ account: String, in state: inout State, _ now: Instant
    ) -> (Entry?, ReaderEvent?) {
        let known = state.accounts[account, default: Account()]
        if let entry = known.readers[reader] {
            return (entry, entry.count(at: now) ? event(reader, account, in: &state) : nil)
        }
        guard known.readers.count < limit else {
            state.accounts[account]?.others += 1
            // Whoever hides among many readers is still told of.
            let isTold = isUnexpected(reader, account, in: state) && !known.hasWarned
            return (nil, isTold ? event(reader, account, in: &state) : nil)
        }
        let entry = Entry(at: now)
        state.accounts[account, default: Account()].readers[reader] = entry
        return (entry, event(reader, account, in: &state))
    }

    private static func event(_ reader: Reader, _ account: String, in state: inout State) -> ReaderEvent {
        guard isUnexpected(reader, account, in: state) else { return .seen(reader) }
        defer { state.accounts[account, default: Account()].hasWarned = true }
        return .unexpected(reader, isFirst: state.accounts[account]?.hasWarned != true)
    }

    private static func isUnexpected(_ reader: Reader, _ account: String, in state: State) -> Bool {
        state.expected[account].map { !reader.isAmong($0) } ?? false
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

import APIContract
import APIServer
import FoundationEssentials
import Grants
import Logging
import Synchronization
import Testing

@testable import Daemon

struct ReadLogTests {
    /// Records the events.
    private final class Told: Sendable {
        private let state = Mutex<[(account: String, event: ReaderEvent)]>([])
        var events: [ReaderEvent] { state.withLock { $0.map(\.event) } }
        func tell(_ account: String, _ event: ReaderEvent) { state.withLock { $0.append((account, event)) } }
    }

    private let told = Told()
    private let log: ReadLog

    init() {
        log = ReadLog(observer: told.tell)
    }

    /// A caller whose process doesn't exist, so that it claims nothing.
    private func caller(_ user: UInt32, socket: String = "main") -> Caller {
        Caller(socket: socket, user: user, group: 0, process: 0)
    }

    private func seconds(_ seconds: Int64) -> Instant { Instant(nanoseconds: seconds * 1_000_000_000) }

    private func moment(_ time: Int64) -> Moment {
        Moment(instant: seconds(time), wall: Date(timeIntervalSince1970: 5000))
    }

    private func isNew(_ event: ReaderEvent, _ user: UInt32) -> Bool {
        if case .seen(let reader) = event { reader.user == user } else { false }
    }

    @Test func `each reader has its first and its last read and their number, the latest first`() {
        log.note(caller(1), of: "ads", at: seconds(100))
        log.note(caller(2, socket: "ci"), of: "ads", at: seconds(110))
        log.note(caller(1), of: "ads", at: seconds(120))
        log.note(caller(1), of: "mail", at: seconds(130))
        let report = log.report(of: "ads", now: moment(200))
        #expect(report.account == "ads" && report.others == 0)
        #expect(report.readers.map(\.uid) == [1, 2] && report.readers.map(\.socket) == ["main", "ci"])
        #expect(report.readers.map(\.count) == [2, 1])
        #expect(report.readers.map(\.first.timeIntervalSince1970) == [4900, 4910])
        #expect(report.readers.map(\.last.timeIntervalSince1970) == [4920, 4910])
        #expect(report.readers.allSatisfy { $0.expected == nil })
        #expect(log.report(of: "other", now: moment(200)).readers == [])
    }

    @Test func `reads on one connection count like those on several, for each account and over a reload`() {
        let same = caller(1)
        log.adopt(expected: ["ads": [], "mail": ["uid:2"]])
        for time in [0, 1, 3599, 3600, 3601, 7200] as [Int64] { log.note(same, of: "ads", at: seconds(time)) }
        #expect(told.events.count == 3 && told.events.allSatisfy { isNew($0, 1) })
        log.note(same, of: "mail", at: seconds(7201))
        log.note(same, of: "ads", at: seconds(7202))
        log.note(caller(1), of: "ads", at: seconds(7203))
        #expect(log.report(of: "ads", now: moment(8000)).readers.map(\.count) == [8])
        #expect(log.report(of: "mail", now: moment(8000)).readers.map(\.count) == [1])
        guard case .unexpected(_, isFirst: true) = told.events.last else {
            Issue.record("\(told.events)")
            return
        }
        // The account is taken out and added again, and now expects somebody else.
        log.adopt(expected: ["mail": []])
        log.adopt(expected: ["ads": ["uid:2"], "mail": []])
        log.note(same, of: "ads", at: seconds(7204))
        #expect(log.report(of: "ads", now: moment(8000)).readers.map(\.count) == [1])
        guard case .unexpected(_, isFirst: true) = told.events.last else {
            Issue.record("\(told.events)")
            return
        }
        log.note(same, of: "ads", at: seconds(7204 + 3600))
        guard case .unexpected(_, isFirst: false) = told.events.last else {
            Issue.record("\(told.events)")
            return
        }
    }

    @Test func `a new reader is told of, and again after an hour`() {
        for time in [0, 1, 3599, 3600, 3601, 7199, 7200] as [Int64] {
            log.note(caller(1), of: "ads", at: seconds(time))
        }
        log.note(caller(2), of: "ads", at: seconds(7201))
        #expect(told.events.count == 4)
        #expect(zip(told.events, [1, 1, 1, 2]).allSatisfy { isNew($0, $1) })
    }

    @Test func `a reader that isn't expected is served and warned of, and the first one is notified`() {
        log.adopt(expected: ["ads": ["uid:1", "socket:ci"], "mail": []])
        log.note(caller(1), of: "ads", at: seconds(0))
        log.note(caller(9, socket: "ci"), of: "ads", at: seconds(1))
        log.note(caller(2), of: "ads", at: seconds(2))
        log.note(caller(2), of: "ads", at: seconds(3))
        log.note(caller(3), of: "ads", at: seconds(4))
        log.note(caller(2), of: "mail", at: seconds(5))
        #expect(told.events.count == 5)
        #expect(isNew(told.events[0], 1) && isNew(told.events[1], 9) && isNew(told.events[4], 2))
        guard case .unexpected(let first, true) = told.events[2],
            case .unexpected(let second, false) = told.events[3]
        else {
            Issue.record("\(told.events)")
            return
        }
        #expect(first.user == 2 && second.user == 3)
        let report = log.report(of: "ads", now: moment(10))
        #expect(report.readers.map(\.uid) == [3, 2, 9, 1])
        #expect(report.readers.map(\.expected) == [false, false, true, true])
        #expect(log.report(of: "mail", now: moment(10)).readers.map(\.expected) == [nil])
    }

    @Test func `thirty-two readers are kept, further ones are counted, and one among them still warns`() {
        for user in 0..<40 as Range<UInt32> { log.note(caller(user), of: "ads", at: seconds(0)) }
        let report = log.report(of: "ads", now: moment(1))
        #expect(report.readers.count == 32 && report.others == 8)
        #expect(told.events.count == 32)
        log.adopt(expected: ["ads": (0..<32).map { "uid:\($0)" }])
        log.note(caller(35), of: "ads", at: seconds(2))
        log.note(caller(36), of: "ads", at: seconds(3))
        #expect(told.events.count == 33)
        guard case .unexpected(let reader, true) = told.events[32] else {
            Issue.record("\(told.events[32])")
            return
        }
        #expect(reader.user == 35)
    }

    @Test func `accounts that a reload removes are forgotten`() {
        log.note(caller(1), of: "ads", at: seconds(0))
        log.adopt(expected: ["ads": []])
        #expect(log.report(of: "ads", now: moment(1)).readers.count == 1)
        log.adopt(expected: ["mail": []])
        #expect(log.report(of: "ads", now: moment(1)).readers.isEmpty)
    }

    @Test(arguments: [
        ("unit:backup.service", true), ("unit:other.service", false), ("program:/usr/bin/curl", true),
        ("program:/usr/bin", false), ("socket:main", true), ("socket:ci", false), ("uid:1000", true),
        ("uid:100", false),
        ("backup.service", false),
    ])
    func `an expectation names a unit, a program, a socket or a user`(expectation: String, isMet: Bool) {
        let reader = ReadLog.Reader(
            socket: "main", user: 1000,
            claims: CallerClaims(unit: "backup.service", program: "/usr/bin/curl"))
        #expect(reader.isAmong([expectation]) == isMet)
        #expect(reader.isAmong(["uid:7", expectation]) == isMet)
        #expect(!reader.isAmong([]))
    }

    @Test func `the events have their words in the log`() {
        let reader = ReadLog.Reader(socket: "main", user: 7, claims: CallerClaims(unit: nil, program: "/p"))
        let seen = EventFacts(.reader(.seen(reader)))
        #expect(seen.name == "reader_seen" && seen.level == .info)
        #expect(seen.fields == ["socket": "main", "uid": "7", "program": "/p"])
        let unexpected = EventFacts(.reader(.unexpected(reader, isFirst: false)))
        #expect(unexpected.name == "unexpected_reader" && unexpected.level == .warning)
        #expect(unexpected.fields == seen.fields)
    }
}

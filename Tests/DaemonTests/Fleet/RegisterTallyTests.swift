import Failures
import FoundationEssentials
import Register
import TestStores
import Testing

@testable import Daemon
@testable import Grants

/// The counts of requests to the register, and the reports of its losses.
struct RegisterTallyTests {
    private static let key = ShareKey(account: "ads", binding: KeptGrant.example().binding)
    private static let read = RegisterCall(key: key, request: .read, number: 1)
    private static let absent = SharedReading(.absent, revision: .absent)

    private var tally = RegisterTally(run: "r")

    private static func moment(_ seconds: Int) -> Moment {
        Moment(
            instant: Instant(nanoseconds: 0) + .seconds(seconds), wall: Date(timeIntervalSince1970: Double(seconds)))
    }

    private static func claim(_ id: String, run: String = "r", account: String = "ads") -> RegisterCall {
        let stamp = SharedStamp(version: SharedVersion(era: 1, generation: 1), id: "i", consent: "")
        var record = SharedRecord(stamp: stamp, kept: nil, issued: nil, host: "h")
        record.claim = SharedRecord.Claim(id: id, host: "h", name: "n", run: run, at: EngineInstant(milliseconds: 1))
        return RegisterCall(
            key: ShareKey(account: account, binding: key.binding), request: .write(record, ifRevision: .absent),
            number: 1)
    }

    private mutating func note(
        _ reply: RegisterReply, _ call: RegisterCall = read, sent: Int = 0, at now: Int = 0
    ) -> StoreEvent? {
        tally.note(reply, to: call, sent: Self.moment(sent).instant, now: Self.moment(now))
    }

    private func failed(_ kind: RegisterFailure.Kind) -> RegisterReply { .failed(RegisterFailure(kind, "no reply")) }

    @Test mutating func `requests are counted by their result`() {
        #expect(tally.isReachable == nil)
        _ = note(.read(Self.absent))
        _ = note(.written(.absent))
        _ = note(.changed(Self.absent))
        #expect(tally.requests == [.answered: 3] && tally.isReachable == true)
        _ = note(failed(.denied))
        _ = note(failed(.full))
        _ = note(failed(.unreachable(mayBeApplied: true)))
        _ = note(failed(.unreachable(mayBeApplied: false)))
        #expect(tally.requests == [.answered: 3, .denied: 1, .full: 1, .unreachable: 2])
        #expect(tally.isReachable == false)
    }

    @Test mutating func `a loss is told once, and its end`() {
        #expect(note(.read(Self.absent)) == nil)
        guard case .unreachable(let failure) = note(failed(.denied), sent: 1, at: 10) else {
            Issue.record("it isn't told")
            return
        }
        #expect(failure.code == .storeUnreachable && failure.detail == "no reply")
        #expect(failure.hint == "check: valetkey store status" && failure.at == Self.moment(10).wall)
        #expect(note(failed(.denied), sent: 11, at: 12) == nil)
        #expect(note(.written(.absent), sent: 13, at: 14) == .reachable(after: .seconds(4)))
        #expect(note(.written(.absent), sent: 15, at: 16) == nil)
        #expect(note(failed(.full), sent: 17, at: 18) != nil)
    }

    @Test mutating func `a failure of a request during which another one was answered is no loss`() {
        _ = note(.read(Self.absent), sent: 5, at: 6)
        #expect(note(failed(.denied), sent: 5, at: 7) == nil)
        #expect(tally.isReachable == true && tally.requests[.denied] == 1)
        #expect(note(failed(.denied), sent: 6, at: 8) != nil)
        #expect(tally.isReachable == false)
    }

    @Test mutating func `claims of this process are counted once each`() {
        _ = note(.written(.absent), Self.claim("1"))
        _ = note(.written(.absent), Self.claim("1"))
        _ = note(.written(.absent), Self.claim("1", account: "mail"))
        #expect(tally.won == 2 && tally.lost == 0)
        _ = note(.changed(Self.absent), Self.claim("2"))
        #expect(tally.won == 2 && tally.lost == 1)
        _ = note(failed(.denied), Self.claim("3"))
        _ = note(.written(.absent), Self.claim("4", run: "other"))
        _ = note(.read(Self.absent))
        #expect(tally.won == 2 && tally.lost == 1)
    }
}

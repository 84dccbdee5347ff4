import Accounts
import Failures
import TestStores
import Testing
import Text

@testable import Grants

struct BookTimerTests {
    @Test func `the alarm is the earliest time of all accounts, and is requested once`() {
        var lab = BookLab.active(.a, .b)
        let dues = ["a", "b"].compactMap { lab.machine($0)?.nextRefresh }
        #expect(lab.alarm == dues.min())
        let asked = lab.alarms
        _ = lab.read("a")
        _ = lab.configure([.a, .b])
        #expect(lab.alarms == asked)
    }

    @Test func `an earlier deadline of a reader moves the alarm, and its end moves it back`() {
        var lab = BookLab.active(.a)
        let due = lab.alarm
        let posts = lab.refreshNow("a", wait: .seconds(10)).posts
        #expect(lab.alarm == start.instant + .seconds(10))
        lab.now = start + .seconds(10)
        #expect(lab.wake().answers.count == 1)
        _ = lab.refreshed(posts[0])
        _ = lab.saved("2")
        #expect(lab.alarm != due && lab.alarm == [due, lab.machine("a")?.nextRefresh].compactMap { $0 }.min())
    }

    @Test func `a wake handles only the accounts that are due`() {
        var lab = BookLab.active(.a, .example("b", lead: .seconds(1800)))
        lab.now = start + .seconds(1800)
        #expect(lab.wake().posts.map(\.account) == ["b"])
        lab.now = start + .seconds(3300)
        #expect(lab.wake().posts.map(\.account) == ["a"])
        #expect(lab.wake().isEmpty)
    }

    @Test func `an entry that has become too early wakes no account`() {
        var lab = BookLab.active(.example(lead: .seconds(1800)))
        let early = lab.alarm
        _ = lab.configure([.a])
        lab.now = Moment(instant: early ?? start.instant, wall: start.wall)
        #expect(lab.wake().isEmpty)
        #expect(lab.alarm == lab.machine("a")?.nextRefresh)
    }

    @Test func `no alarm is requested where nothing is due later`() {
        var lab = BookLab.active(.a)
        #expect(lab.alarm != nil)
        _ = lab.configure([])
        lab.now = start + .seconds(4000)
        #expect(lab.wake().isEmpty && lab.alarm == nil)
    }

    @Test func `a resume reaches every account`() {
        var lab = BookLab.active(.a, .b)
        lab.now = start + .seconds(3400)
        let posts = lab.happen { $0.resume(now: $1) }.posts
        #expect(posts.map(\.account) == ["a", "b"])
        for post in posts { _ = lab.failed(post) }
        _ = lab.happen { $0.resume(now: $1) }
        for name in ["a", "b"] {
            #expect((lab.machine(name)?.nextWake ?? .distantFuture) <= lab.now.instant + .seconds(3))
        }
    }
}

struct BookReaderTests {
    @Test func `a reader that the published token satisfies is answered at once`() {
        var lab = BookLab.active(.a)
        #expect(lab.read("a").answers.map(\.isToken) == [true])
    }

    @Test func `a reader that hangs up is not answered`() {
        var (lab, post) = BookLab.refreshing(.a)
        #expect(lab.happen { $0.abandon(ReaderID(number: 2), of: "a", now: $1) }.isEmpty)
        #expect(lab.machine("a")?.readers.isEmpty == true)
        _ = lab.refreshed(post)
        #expect(lab.saved("2").answers.isEmpty)
        #expect(lab.happen { $0.abandon(ReaderID(number: 2), of: "nobody", now: $1) }.isEmpty)
    }

    @Test func `all waiting readers are told of a stop, and a consent is still waited for`() {
        var (lab, _) = BookLab.refreshing(.a, .b)
        _ = lab.refreshNow("b")
        _ = lab.consent(.b)
        let after = lab.happen { $0.dismissReaders(now: $1) }
        #expect(after.answers.map(\.failureCode) == [.stopping, .stopping])
        #expect(after.consented.isEmpty)
        #expect(lab.happen { $0.dismissReaders(now: $1) }.isEmpty)
        #expect(lab.saved("2").consented == [.kept])
    }

    @Test func `a reader of an unknown account is told so`() {
        var lab = BookLab.active(.a)
        #expect(lab.read("x").answers == [.noSuchAccount])
        #expect(lab.refreshNow("x").answers == [.noSuchAccount])
    }
}

extension ReaderAnswer {
    var failureCode: FailureCode? {
        switch self {
        case .unavailable(let failure, _), .misconfigured(let failure): failure.code
        case .consentRequired(let failure): failure?.code
        default: nil
        }
    }
}

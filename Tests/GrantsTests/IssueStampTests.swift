import FoundationEssentials
import OAuth
import Testing
import Text

@testable import Grants

struct IssueStampTests {
    private let issued = Instant(nanoseconds: 100_000_000_000)

    /// The stamp of a token that was issued 60 s before the stamp was made.
    private func stamp(sure: Bool = true, store: Date? = nil) -> IssueStamp {
        let written = Moment(instant: issued + .seconds(60), wall: start.wall)
        return IssueStamp(
            instant: issued, bootID: "first", wall: WallStamp(issued: issued, now: written, isSure: sure), store: store)
    }

    private func age(
        _ stamp: IssueStamp, boot: String = "second", sure: Bool = true, refreshable: Bool = true,
        wall: Double = 600, storeTime: Date? = nil
    ) -> Duration {
        let now = Moment(instant: Instant(nanoseconds: 7_000_000_000), wall: start.wall + wall)
        let instant = stamp.instant(
            life: .seconds(3600), isRefreshable: refreshable, now: now, bootID: boot, isSure: sure, storeTime: storeTime
        )
        return now.instant - instant
    }

    @Test func `in the same boot the time is that of the boot clock`() {
        let now = Moment(instant: issued + .seconds(500), wall: start.wall + 1e6)
        let instant = stamp(store: start.wall).instant(
            life: .seconds(3600), isRefreshable: true, now: now, bootID: "first", isSure: true, storeTime: start.wall)
        #expect(instant == issued)
    }

    @Test func `in another boot the wall clock is used where it was right then and is right now`() {
        #expect(age(stamp()) == .seconds(660))
        #expect(age(stamp(sure: false)) == .seconds(3600))
        #expect(age(stamp(), sure: false) == .seconds(3600))
        #expect(age(stamp(), wall: -30) == .seconds(3600), "it was right when this was written, which is still to come")
        #expect(age(stamp(), wall: -61) == .seconds(3600))
    }

    @Test func `a token that can't be refreshed is dated by the wall clock, unless that is surely wrong`() {
        #expect(age(stamp(sure: false), sure: false, refreshable: false) == .seconds(660))
        #expect(age(stamp(), refreshable: false, wall: -61) == .seconds(3600))
    }

    @Test func `on another host the store's clock takes precedence over the wall clock, where both have it`() {
        let store = Date(timeIntervalSince1970: 5000)
        #expect(age(stamp(store: store), storeTime: store + 90) == .seconds(90))
        #expect(age(stamp(store: store), sure: false, wall: -1e6, storeTime: store + 90) == .seconds(90))
        // The store's clock was set back: the token can't be issued in the future.
        #expect(age(stamp(store: store), storeTime: store - 90) == .zero)
        #expect(age(stamp(store: store)) == .seconds(660))
        #expect(age(stamp(), storeTime: store) == .seconds(660))
    }
}

struct TokenKeyTests {
    @Test func `keys distinguish the tokens of one grant, and those of other accounts`() {
        let keys: [TokenKey] = [
            TokenKey(account: "a"), TokenKey(account: "b"), TokenKey(account: "a", token: .named("mail")),
            TokenKey(account: "a", token: .named("graph")),
            TokenKey(account: "a", token: .scoped(.init([]), resource: [])),
            TokenKey(account: "a", token: .scoped(.init(["mail"]), resource: [])),
            TokenKey(account: "a", token: .scoped(.init(["mail"]), resource: ["https://api.example"])),
        ]
        #expect(Set(keys).count == keys.count)
        #expect(TokenKey(account: "a") == TokenKey(account: "a", token: .main))
    }

    @Test func `the board holds one token for each key`() {
        let board = TokenBoard()
        let (main, named) = (TokenKey(account: "a"), TokenKey(account: "a", token: .named("mail")))
        let token = ServedToken(.example(), key: named, version: 1)
        board.publish(token, of: named)
        #expect(board.token(of: named) == token && board.token(of: main) == nil)
        board.publish(nil, of: main)
        #expect(board.token(of: named) == token)
        board.publish(nil, of: named)
        #expect(board.token(of: named) == nil)
    }
}

struct BoxedTests {
    @Test func `a copy of a boxed value is independent`() {
        var box = Boxed([1, 2])
        let copy = box
        box.value.append(3)
        #expect(box.value == [1, 2, 3] && copy.value == [1, 2])
    }

    @Test func `a copy of a book is independent`() {
        var lab = BookLab.active(.a)
        let before = lab.book
        _ = lab.logout("a")
        #expect(before.account("a")?.machine.grant != nil && lab.machine("a")?.grant == nil)
    }
}

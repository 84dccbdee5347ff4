import Accounts
import Failures
import FoundationEssentials
import OAuth
import Register
import Testing
import Text

@testable import Grants

/// What a host holds, compared with the register.
struct ShareVersionTests {
    private func stamp(_ era: UInt64, _ generation: UInt64, ended: Bool = false) -> SharedStamp {
        SharedStamp(
            version: SharedVersion(era: era, generation: generation), id: "x", consent: ended ? "" : "c")
    }

    @Test func `an era counts more than a generation, and a logout more than a grant of its version`() {
        #expect(stamp(2, 0).isAbove(stamp(1, 9)) && !stamp(1, 9).isAbove(stamp(2, 0)))
        #expect(stamp(1, 2).isAbove(stamp(1, 1)) && !stamp(1, 1).isAbove(stamp(1, 1)))
        #expect(stamp(1, 0).isAbove(nil))
        #expect(stamp(2, 0, ended: true).isAbove(stamp(2, 0)) && !stamp(2, 0).isAbove(stamp(2, 0, ended: true)))
        #expect(stamp(1, 2).version.refreshed == SharedVersion(era: 1, generation: 3))
        #expect(stamp(1, 2).version.ended == SharedVersion(era: 2, generation: 0))
    }

    @Test func `a newer version is adopted in any phase`() throws {
        for lab in [ShareLab.settled(), .posting()] {
            var lab = lab
            let adopted = lab.changed(.example(1, 1, id: "y", grant: .example("2", refresh: "r2"))).adopted
            #expect(try #require(adopted).grant.refreshToken == Secret("r2") && adopted?.share?.id == "y")
        }
    }

    @Test func `an adopted token's age is told by the engine's clock, and never underestimated`() throws {
        var lab = ShareLab.settled()
        lab.tick(.seconds(100))
        lab.now.wall += 3600
        let grant = Grant.example("2", refresh: "r2")
        let adopted = try #require(lab.changed(.example(1, 1, id: "y", grant: grant)).adopted)
        #expect(adopted.grant.issued.instant <= start.instant)
        #expect(adopted.grant.issued.instant >= start.instant - .seconds(2))
    }

    @Test func `an older version in the register is raised`() {
        var lab = ShareLab.settled(record: .example(1, 5))
        #expect(lab.changed(.example(1, 4)).kinds == ["write"])
        #expect(lab.writing?.stamp == SharedRecord.example(1, 5).stamp)
    }

    @Test func `an empty register is filled, with the grant of a host that never shared it too`() {
        var lab = ShareLab()
        #expect(lab.happen { $0.loaded(.kept(.a), at: $1) }.kinds == ["read"])
        #expect(lab.read(nil).kinds == ["keep"])
        #expect(lab.saved().kinds == ["write"] && lab.writing?.stamp.version == SharedVersion(era: 1, generation: 0))
    }

    @Test func `a host with a grant of its own sets it aside where the register has one`() {
        var lab = ShareLab()
        _ = lab.happen { $0.loaded(.kept(.a), at: $1) }
        #expect(lab.read(.example()).kinds == ["set aside", "adopt"])
    }

    @Test func `nothing is written to what can't be opened, and nothing is sent`() {
        var lab = ShareLab.settled()
        lab.revision += 1
        let failure = Failure(.otherKey, "newer", at: lab.now.wall)
        let reading = SharedReading(.unusable(failure), revision: RegisterRevision(lab.revision))
        #expect(lab.happen { $0.changed(reading, at: $1) }.isEmpty)
        #expect(lab.want().kinds == ["hinder otherKey"])
    }

    @Test func `a logout is published once it is saved, and needs no grant`() {
        var lab = ShareLab.settled()
        #expect(lab.happen { $0.loggedOut(at: $1) }.isEmpty)
        #expect(lab.machine.call == nil)
        #expect(lab.saved().kinds == ["write"])
        #expect(lab.writing?.stamp.isEnded == true && lab.writing?.kept == nil)
        #expect(lab.writing?.stamp.version == SharedVersion(era: 2, generation: 0))
    }

    @Test func `a consent of this host comes after one that another host has published meanwhile`() {
        var lab = ShareLab.settled()
        _ = lab.happen { $0.consented(at: $1) }
        #expect(lab.changed(.example(2, 0, id: "y")).kinds == ["keep"])
        #expect(lab.machine.local?.version == SharedVersion(era: 3, generation: 0))
        #expect(lab.saved().kinds == ["write"])
    }

    @Test func `a grant that was late in its life when it was first seen waits 10 seconds`() {
        var lab = ShareLab()
        _ = lab.happen { $0.loaded(nil, at: $1) }
        lab.tick(.seconds(1801))
        #expect(lab.read(.example()).kinds == ["adopt"])
        #expect(lab.want().kinds == ["hinder refreshing"])
        lab.tick(.seconds(10))
        #expect(lab.wake().kinds == ["hinder nothing", "queue"])
    }

    @Test func `a grant that was young when it was first seen doesn't wait`() {
        var lab = ShareLab()
        _ = lab.happen { $0.loaded(nil, at: $1) }
        lab.tick(.seconds(1790))
        _ = lab.read(.example())
        #expect(lab.want().kinds == ["queue"])
    }

    @Test func `after the engine was set back, nothing is sent for 10 seconds`() {
        var lab = ShareLab.settled()
        lab.revision = 3
        _ = lab.resynced(.example())
        #expect(lab.want().kinds == ["hinder refreshing"])
    }

    @Test func `a report that is older than what is known has no effect`() {
        var lab = ShareLab.settled(record: .example(1, 5))
        let old = SharedReading(.record(.example(1, 4)), revision: RegisterRevision(6))
        #expect(lab.happen { $0.changed(old, at: $1) }.isEmpty)
    }

    @Test func `an absent value is read again before the register is filled`() {
        var lab = ShareLab.settled()
        #expect(lab.changedAbsent().kinds == ["read"])
        #expect(lab.read(nil).kinds == ["write"])
    }

    @Test func `a stop gives up what isn't sent, and waits for what isn't published for 10 seconds`() {
        var lab = ShareLab.posting()
        #expect(lab.happen { $0.stop(at: $1) }.isEmpty && !lab.machine.isQuiet)
        _ = lab.ended(.granted(.example("2", refresh: "r2"), sent: lab.now))
        #expect(lab.saved().kinds == ["write"] && !lab.machine.isQuiet)
        lab.tick(.seconds(10))
        _ = lab.wake()
        #expect(lab.machine.isQuiet)
    }

    @Test func `a refresh that is published leaves a stop nothing to wait for`() {
        var lab = ShareLab.posting()
        _ = lab.happen { $0.stop(at: $1) }
        _ = lab.ended(.granted(.example("2", refresh: "r2"), sent: lab.now))
        _ = lab.saved()
        _ = lab.written()
        #expect(lab.machine.isQuiet)
    }

    @Test func `what is under way when an account is taken out is published`() {
        var lab = ShareLab.posting()
        _ = lab.happen { $0.abandon(at: $1) }
        #expect(!lab.machine.isDone)
        _ = lab.ended(.granted(.example("2", refresh: "r2"), sent: lab.now))
        #expect(lab.saved().kinds == ["write"])
        #expect(lab.written().isEmpty && lab.machine.isDone)
    }

    @Test func `the times of further tokens move with the account's own one`() {
        var kept = KeptGrant.kept(.a)
        let issued = Moment(instant: start.instant + .seconds(60), wall: start.wall + 60)
        kept.further["x"] = HeldToken(
            target: .init(scope: Scope(["x"])), accessToken: Secret("f"), tokenType: "Bearer", scope: Scope(["x"]),
            issued: issued, lifetime: .seconds(60))
        kept.isOfEarlierBoot = true
        let moved = kept.issued(at: start.instant - .seconds(100), now: start)
        #expect(moved.grant.issued.instant == start.instant - .seconds(100) && !moved.isOfEarlierBoot)
        #expect(moved.further["x"]?.issued.instant == start.instant - .seconds(40))
        #expect(moved.grant.issued.wall == start.wall - 100)
    }

    @Test func `an allowance regains by the engine's clock, up to its burst`() {
        let allowance = SharedAllowance(left: 0.5, counted: EngineInstant(milliseconds: 0))
        let allowed = RequestAllowance(burst: 4, refill: .seconds(10))
        #expect(allowance.regained(at: EngineInstant(milliseconds: 5000), of: allowed).left == 1)
        #expect(allowance.regained(at: EngineInstant(milliseconds: 500_000), of: allowed).left == 4)
        #expect(allowance.regained(at: EngineInstant(milliseconds: -5000), of: allowed).left == 0.5)
        #expect(allowance.wait(for: allowed) == .seconds(5))
        #expect(SharedAllowance(left: 1, counted: EngineInstant(milliseconds: 0)).wait(for: allowed) == nil)
    }
}

extension ShareLab {
    fileprivate mutating func changedAbsent() -> [ShareAction] {
        happen { $0.changed(SharedReading(.absent, revision: .absent), at: $1) }
    }
}

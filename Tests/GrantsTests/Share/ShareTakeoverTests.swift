import Failures
import OAuth
import Register
import Testing

@testable import Grants

/// The claim of another host, or of an earlier run of this one.
struct ShareTakeoverTests {
    private let claimed = SharedRecord.example().claimed()

    @Test func `another host's claim is respected until the token's expiry and the patience are over`() {
        var lab = ShareLab.settled(record: claimed)
        #expect(lab.want().kinds == ["hinder refreshing"])
        lab.tick(.seconds(34))
        #expect(lab.wake().kinds.filter { $0 != "read" }.isEmpty)
        _ = lab.read(claimed)
        lab.tick(.seconds(3600 + 600 - 34 - 3))
        _ = lab.wake()
        #expect(lab.read(claimed).kinds == ["hinder refreshInDoubt", "tell"])
        lab.tick(.seconds(4))
        #expect(lab.wake().kinds == ["hinder nothing", "queue"])
        #expect(lab.turn().kinds == ["write"] && lab.writing?.claim?.host == "one")
    }

    @Test func `at a server that tolerates reuse a claim is taken over as soon as it is in doubt`() {
        var lab = ShareLab.settled(record: claimed)
        #expect(lab.want(tolerant: true).kinds == ["hinder refreshing"])
        lab.tick(.seconds(34))
        #expect(lab.wake().contains { if case .queue = $0 { true } else { false } } == false)
        _ = lab.read(claimed)
        lab.tick(.seconds(1))
        #expect(lab.wake().kinds == ["hinder nothing", "queue"])
    }

    @Test func `a report names the host whose claim is in doubt, and when it is taken over`() throws {
        var lab = ShareLab.settled(record: claimed)
        _ = lab.want()
        let young = try #require(lab.machine.state(at: lab.now).claim)
        #expect(young.host == "host two" && !young.isOwn && !young.isInDoubt)
        lab.tick(.seconds(35))
        let old = try #require(lab.machine.state(at: lab.now).claim)
        #expect(old.isInDoubt && old.takenOver == lab.machine.obstacle?.until && old.takenOver != nil)
    }

    @Test func `a report says that this host itself refreshes`() throws {
        let lab = ShareLab.posting()
        let state = lab.machine.state(at: lab.now)
        #expect(state.claim?.isOwn == true && state.host == "host two" && !state.isUnpublished)
        #expect(state.version == SharedVersion(era: 1, generation: 0) && state.unreachableSince == nil)
    }

    @Test func `a claim in doubt is told once, with its host and when it is taken over`() {
        var lab = ShareLab.settled(record: claimed)
        #expect(lab.want().events.isEmpty)
        lab.tick(.seconds(35))
        _ = lab.wake()
        #expect(lab.read(claimed).events == [.claimInDoubt(host: "host two", takenOverIn: .seconds(3600 + 600 - 35))])
        lab.tick(.seconds(40))
        _ = lab.wake()
        #expect(lab.read(claimed).events.isEmpty)
        _ = lab.changed(.example().claimed(id: "other"))
        lab.tick(.seconds(35))
        _ = lab.wake()
        #expect(lab.read(.example().claimed(id: "other")).events.count == 1)
    }

    @Test func `a refresh in the place of another host is told when its claim is won`() {
        var lab = ShareLab.settled(record: claimed)
        _ = lab.want()
        _ = lab.happen { $0.take(at: $1) ?? [] }
        #expect(lab.turn().events.isEmpty)
        let won = lab.written()
        #expect(won.kinds == ["tell", "post"] && won.events == [.claimTakenOver(from: "host two")])
    }

    @Test func `a claim over none, or over one of an earlier run, takes nothing over`() {
        var lab = ShareLab.settled()
        _ = lab.want()
        _ = lab.turn()
        #expect(lab.written().kinds == ["post"])
        var own = ShareLab.settled(record: .example().claimed(by: "one", run: "0"))
        own.tick(.seconds(35))
        _ = own.wake()
        _ = own.read(.example().claimed(by: "one", run: "0"))
        _ = own.want()
        _ = own.turn()
        #expect(own.written().kinds == ["post"])
    }

    @Test func `a person may let it be taken over at once`() {
        var lab = ShareLab.settled(record: claimed)
        _ = lab.want()
        #expect(lab.happen { $0.take(at: $1) ?? [] }.kinds == ["hinder nothing", "queue"])
    }

    @Test func `a person's permission holds for the claim that was there`() {
        var lab = ShareLab.settled(record: claimed)
        #expect(lab.happen { $0.take(at: $1) ?? [] }.kinds == ["refresh"])
        _ = lab.changed(.example().claimed(id: "other"))
        #expect(lab.want().kinds == ["hinder refreshing"])
    }

    @Test func `there is nothing to take over without a claim, or with this run's own`() {
        var lab = ShareLab.settled()
        #expect(lab.machine.take(at: EngineMoment(now: lab.now, clock: lab.clock)) == nil)
        _ = lab.changed(.example().claimed(by: "one", run: "1"))
        #expect(lab.machine.take(at: EngineMoment(now: lab.now, clock: lab.clock)) == nil)
    }

    @Test func `a claim of an earlier run is ended by a refresh once it is in doubt`() {
        let own = SharedRecord.example().claimed(by: "one", run: "0")
        var lab = ShareLab.settled(record: own)
        #expect(lab.machine.earlierClaimEnds == lab.now.instant + .seconds(35))
        lab.tick(.seconds(34))
        #expect(!lab.wake().kinds.contains("refresh"))
        _ = lab.read(own)
        lab.tick(.seconds(1))
        #expect(lab.wake().kinds == ["refresh"])
        #expect(lab.want().kinds == ["queue"])
    }

    @Test func `a claim of this run that nobody uses is given back`() {
        var lab = ShareLab.settled()
        #expect(lab.changed(.example().claimed(by: "one", run: "1")).kinds == ["write"])
        #expect(lab.writing?.claim == nil)
    }

    @Test func `a claim that is lost while its request is under way is made again`() {
        var lab = ShareLab.posting()
        let claim = lab.machine.record?.claim
        lab.revision = 3
        #expect(lab.resynced(.example()).kinds == ["write"])
        #expect(lab.writing?.claim == claim)
    }

    @Test func `the pause of all hosts is no longer than an hour`() throws {
        var record = SharedRecord.example()
        record.trouble = SharedRecord.Trouble(
            failures: 1, refusals: 0, code: .timeout, until: EngineInstant(milliseconds: .max / 2))
        var lab = ShareLab.settled(record: record)
        #expect(try #require(lab.want().obstacle?.until) == lab.now.instant + .seconds(3600))
    }
}

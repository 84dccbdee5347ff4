import Failures
import OAuth
import Register
import Testing

@testable import Grants

/// Refusals of a shared grant by the authorization server.
struct ShareRefusalTests {
    @Test func `a refusal is believed after a read that shows no newer version`() {
        var lab = ShareLab.posting()
        let claimed = lab.machine.record
        #expect(lab.ended(.failed(.invalidGrant)).kinds == ["read"])
        #expect(lab.read(claimed).kinds == ["pass", "write"])
        #expect(lab.writing?.trouble?.refusals == 1 && lab.writing?.isRefused == false)
        #expect(lab.written().isEmpty)
        #expect(lab.want().kinds == ["hinder invalidGrant"])
    }

    @Test func `a refusal is ignored where the register has a newer version`() {
        var lab = ShareLab.posting()
        _ = lab.ended(.failed(.invalidGrant))
        #expect(lab.read(.example(1, 1, id: "y")).kinds == ["adopt", "tell"])
        #expect(lab.machine.isIdle)
    }

    @Test func `a refusal waits for a register that can't be reached`() {
        var lab = ShareLab.posting()
        let claimed = lab.machine.record
        _ = lab.ended(.failed(.invalidGrant))
        #expect(lab.lost().isEmpty)
        lab.tick(.seconds(2))
        #expect(lab.wake().kinds == ["read"])
        #expect(lab.read(claimed).kinds == ["pass", "write"])
    }

    @Test func `the second refusal, whichever host meets it, is final, and only this host tells its user`() {
        var record = SharedRecord.example()
        record.trouble = SharedRecord.Trouble(
            failures: 1, refusals: 1, code: .invalidGrant, until: EngineInstant(milliseconds: 0))
        var lab = ShareLab.posting(record: record)
        let claimed = lab.machine.record
        _ = lab.ended(.failed(.invalidGrant))
        _ = lab.read(claimed)
        #expect(lab.writing?.isRefused == true && lab.writing?.trouble?.refusals == 2)
        #expect(lab.written().kinds == ["refuse own"])
    }

    @Test func `another host's final refusal is reported once`() {
        var lab = ShareLab.settled()
        var refused = SharedRecord.example()
        refused.isRefused = true
        refused.trouble = SharedRecord.Trouble(
            failures: 2, refusals: 2, code: .invalidGrant, until: EngineInstant(milliseconds: 0))
        #expect(lab.changed(refused).kinds == ["refuse"])
        #expect(lab.changed(refused).isEmpty)
    }

    @Test func `a refresh goes on at once where the failed one's claim was gone before it was given back`() {
        var lab = ShareLab.posting()
        let failure = Failure(.badReply, "not JSON", at: lab.now.wall)
        #expect(lab.ended(.failed(failure)).kinds == ["pass", "write"] && lab.writing?.trouble?.failures == 1)
        #expect(lab.want().isEmpty)
        lab.revision += 2
        let other = lab.reading(.example())
        #expect(lab.happen { $0.writeEnded(.changed(other), at: $1) }.kinds == ["queue"])
    }

    @Test func `a late result overrides a refusal`() {
        var lab = ShareLab.posting()
        var refused = SharedRecord.example().claimed()
        refused.isRefused = true
        refused.trouble = SharedRecord.Trouble(
            failures: 2, refusals: 2, code: .invalidGrant, until: EngineInstant(milliseconds: 0))
        _ = lab.changed(refused)
        _ = lab.ended(.granted(.example("2", refresh: "r2"), sent: lab.now))
        #expect(lab.saved().kinds == ["write"] && lab.writing?.isRefused == false)
    }

    @Test func `the refusal of a further token's scope doesn't count`() {
        var lab = ShareLab.posting()
        #expect(lab.ended(.failed(.invalidScope)).kinds == ["pass", "write"] && lab.writing?.trouble == nil)
    }
}

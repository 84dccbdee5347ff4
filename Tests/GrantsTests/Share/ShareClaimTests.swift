import Failures
import OAuth
import Register
import Testing
import Text

@testable import Grants

/// From the wish to refresh to the end of the claim.
struct ShareClaimTests {
    @Test func `a request may begin for 20 s after its claim was sent, also where that was answered late`() {
        var lab = ShareLab.settled()
        _ = lab.want()
        _ = lab.turn()
        let sent = lab.now.instant
        lab.tick(.milliseconds(900))
        let posts = lab.written().compactMap { if case .post(let post) = $0 { post } else { nil } }
        #expect(posts.map(\.order.notAfter) == [sent + .seconds(20)])
    }

    @Test func `a refresh is sent once the register has its claim, in a slot of the server`() {
        var lab = ShareLab.settled()
        #expect(lab.want().kinds == ["queue"])
        #expect(lab.turn().kinds == ["write"])
        #expect(lab.writing?.claim?.host == "one" && lab.writing?.stamp == SharedRecord.example().stamp)
        #expect(lab.written().kinds == ["post"])
    }

    @Test func `the claim takes from the allowance of all hosts`() {
        var lab = ShareLab.settled()
        _ = lab.want()
        _ = lab.turn()
        #expect(lab.writing?.allowance?.left == 29)
    }

    @Test func `no refresh is sent without an allowance, until it has regained one request`() throws {
        var record = SharedRecord.example()
        record.allowance = SharedAllowance(left: 0, counted: EngineInstant(milliseconds: 1_700_000_000_000))
        var lab = ShareLab.settled(record: record)
        let hindered = lab.want()
        #expect(hindered.kinds == ["hinder tooManyRequests"])
        let until = try #require(hindered.obstacle?.until)
        #expect(until > lab.now.instant + .seconds(3) && until <= lab.now.instant + .seconds(6))
        lab.tick(.seconds(7))
        #expect(lab.wake().kinds == ["hinder nothing", "queue"])
    }

    @Test func `a claim that took longer than a second is looked at again`() {
        var lab = ShareLab.settled()
        _ = lab.want()
        _ = lab.turn()
        let claimed = lab.writing
        lab.tick(.milliseconds(1001))
        #expect(lab.written().kinds == ["read"])
        #expect(lab.read(claimed).kinds == ["post"])
    }

    @Test func `a look that took longer than 5 seconds is repeated`() {
        var lab = ShareLab.settled()
        _ = lab.want()
        _ = lab.turn()
        let claimed = lab.writing
        lab.tick(.seconds(2))
        _ = lab.written()
        lab.tick(.milliseconds(5001))
        #expect(lab.read(claimed).kinds == ["read"])
        lab.tick(.seconds(5))
        #expect(lab.read(claimed).kinds == ["post"])
    }

    @Test func `a claim that another host has taken over in the meantime isn't used`() {
        var lab = ShareLab.settled()
        _ = lab.want()
        _ = lab.turn()
        lab.tick(.seconds(2))
        _ = lab.written()
        #expect(lab.read(.example().claimed()).kinds == ["leave", "hinder refreshing"])
    }

    @Test func `a claim whose reply was lost is read, and made again where the register has it`() {
        var lab = ShareLab.settled()
        _ = lab.want()
        _ = lab.turn()
        let claimed = lab.writing
        #expect(lab.lost().kinds == ["leave", "hinder storeUnreachable"])
        lab.tick(.seconds(2))
        #expect(lab.wake().kinds == ["read"])
        #expect(lab.read(claimed).kinds == ["hinder nothing", "queue"])
        #expect(lab.turn().kinds == ["write"])
        #expect(lab.writing?.claim?.id != claimed?.claim?.id)
    }

    @Test func `a claim that loses to another host's is not used`() {
        var lab = ShareLab.settled()
        _ = lab.want()
        _ = lab.turn()
        lab.revision += 1
        let other = lab.reading(.example().claimed())
        #expect(lab.happen { $0.writeEnded(.changed(other), at: $1) }.kinds == ["leave", "hinder refreshing"])
    }

    @Test func `a wish that ends while its claim is under way gives the claim back`() {
        var lab = ShareLab.settled()
        _ = lab.want()
        _ = lab.turn()
        #expect(lab.happen { machine, _ in machine.dropWish() }.kinds == ["leave"])
        #expect(lab.written().kinds == ["write"])
        #expect(lab.writing?.claim == nil && lab.writing?.trouble == nil)
        #expect(lab.written().isEmpty && lab.machine.isIdle)
    }

    @Test func `new tokens are published once they are saved`() {
        var lab = ShareLab.posting()
        #expect(lab.ended(.granted(.example("2", refresh: "r2"), sent: lab.now)).kinds == ["pass"])
        #expect(lab.machine.call == nil && lab.machine.local?.version == SharedVersion(era: 1, generation: 1))
        #expect(lab.saved().kinds == ["write"])
        #expect(lab.writing?.kept?.grant.refreshToken == Secret("r2") && lab.writing?.claim == nil)
        #expect(lab.writing?.host == "host one")
        #expect(lab.written().isEmpty && lab.machine.isQuiet)
    }

    @Test func `new tokens are published although another host has taken the claim over`() {
        var lab = ShareLab.posting()
        _ = lab.changed(.example().claimed())
        _ = lab.ended(.granted(.example("2", refresh: "r2"), sent: lab.now))
        #expect(lab.saved().kinds == ["write"] && lab.writing?.claim == nil)
    }

    @Test func `a result that comes after a newer version is dropped`() {
        var lab = ShareLab.posting()
        #expect(lab.changed(.example(1, 1, id: "y")).kinds == ["adopt"])
        #expect(lab.ended(.granted(.example("2", refresh: "r2"), sent: lab.now)).kinds == ["tell"])
        #expect(lab.machine.local?.id == "y" && lab.machine.isIdle)
    }

    @Test func `tokens that come after a logout are revoked`() {
        var lab = ShareLab.posting()
        #expect(lab.changed(.tombstone(2)).kinds == ["end"])
        #expect(lab.ended(.granted(.example("2", refresh: "r2"), sent: lab.now)).kinds == ["revoke"])
    }

    @Test(arguments: [.connection, .nameLookup, .tls, .secretUnavailable, .discovery] as [FailureCode])
    func `a request that was certainly not sent lets the other hosts refresh at once`(code: FailureCode) {
        var lab = ShareLab.posting()
        #expect(lab.ended(.failed(code)).kinds == ["pass", "write"])
        #expect(lab.writing?.claim == nil && lab.writing?.trouble == nil)
    }

    @Test(arguments: [.timeout, .badReply, .serverError, .throttled, .replyCut] as [FailureCode])
    func `any other failure lets all hosts wait`(code: FailureCode) {
        var lab = ShareLab.posting()
        #expect(lab.ended(.failed(code)).kinds == ["pass", "write"])
        #expect(lab.writing?.claim == nil && lab.writing?.trouble?.failures == 1)
        #expect(lab.writing?.trouble?.refusals == 0 && lab.writing?.trouble?.code == code)
        _ = lab.written()
        #expect(lab.want().kinds == ["hinder \(code)"])
        lab.tick(.seconds(700))
        #expect(lab.wake().first.map { [$0].kinds } == ["read"])
    }

    @Test func `a wrong client secret of this host doesn't stop the others`() {
        var lab = ShareLab.posting()
        #expect(lab.ended(.failed(.invalidClient)).kinds == ["pass", "write"] && lab.writing?.trouble == nil)
    }
}

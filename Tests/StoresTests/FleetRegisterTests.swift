import Failures
import FoundationEssentials
import OAuth
import Register
import Synchronization
import TestRegister
import TestStores
import Testing
import Text

@testable import Grants
@testable import Stores

@Suite(.timeLimit(.minutes(1))) struct FleetRegisterTests {
    private struct Clock: Timekeeper {
        var moment = Moment.example(5000)

        func now() -> Moment { moment }

        func wake(at instant: Instant?) {}
    }

    private static let binding = KeptGrant.example().binding
    private let key = ShareKey(account: "ads", binding: binding)
    private let sealing = SealingKey.make()

    private func fleet(
        _ register: MemoryRegister, keys: [SealingKey]? = nil, clock: Clock = Clock(), name: String = "team"
    ) -> FleetRegister {
        let keys = FleetKeys(all: keys ?? [sealing])
        return FleetRegister(register, fleet: name, time: clock, keyring: FleetKeyring { keys })
    }

    /// A record with everything that one can have.
    private func record() -> SharedRecord {
        let stamp = SharedStamp(version: SharedVersion(era: 3, generation: 7), id: "run-4", consent: "c")
        var kept = KeptGrant.example(issued: .example(1000))
        kept.share = stamp
        var record = SharedRecord(
            stamp: stamp, kept: kept, issued: EngineInstant(milliseconds: 12_345), host: "build-7",
            allowance: SharedAllowance(left: 1.5, counted: EngineInstant(milliseconds: 99)))
        record.isRefused = true
        record.claim = SharedRecord.Claim(
            id: "i", host: "h", name: "build-7", run: "r", at: EngineInstant(milliseconds: 5))
        record.trouble = SharedRecord.Trouble(
            failures: 2, refusals: 1, code: .invalidGrant, until: EngineInstant(milliseconds: 77))
        return record
    }

    private func call(_ request: RegisterCall.Request) -> RegisterCall {
        RegisterCall(key: key, request: request, number: 1)
    }

    private func content(_ reply: RegisterReply) -> SharedReading.Content? {
        switch reply {
        case .read(let reading), .changed(let reading): reading.content
        case .written, .failed: nil
        }
    }

    @Test func `a record is read by another host as it was written, and the engine sees none of it`() async throws {
        let one = MemoryRegister()
        let (written, time) = await fleet(one).perform(call(.write(record(), ifRevision: .absent)))
        #expect(written == .written(RegisterRevision(1)))
        #expect(time?.seconds == 1000)
        let other = fleet(MemoryRegister(sharing: one), clock: Clock(moment: .example(7)))
        let (reply, _) = await other.perform(call(.read))
        guard case .record(let read) = content(reply) else {
            Issue.record("it is \(reply)")
            return
        }
        #expect(read == record())
        let values = one.model.list(under: RegisterName("valetkey")).values.compactMap(\.value)
        #expect(values.count == 1)
        let text = String(decoding: values[0], as: UTF8.self)
        #expect(!text.contains(record().kept?.grant.accessToken.expose() ?? ""))
        #expect(!text.contains("build-7"))
    }

    @Test func `a logout has no grant`() async throws {
        let register = fleet(MemoryRegister())
        let stamp = SharedStamp(version: SharedVersion(era: 4, generation: 0), id: "i", consent: "")
        let ended = SharedRecord(stamp: stamp, kept: nil, issued: nil, host: "h")
        _ = await register.perform(call(.write(ended, ifRevision: .absent)))
        let read = content(await register.perform(call(.read)).0)
        #expect(read == .record(ended))
    }

    @Test func `a write over another revision tells what is there`() async throws {
        let register = fleet(MemoryRegister())
        #expect(content(await register.perform(call(.read)).0) == .absent)
        _ = await register.perform(call(.write(record(), ifRevision: .absent)))
        let (reply, time) = await register.perform(call(.write(record(), ifRevision: .absent)))
        guard case .changed(let reading) = reply else {
            Issue.record("it is \(reply)")
            return
        }
        #expect(reading.revision == RegisterRevision(1))
        #expect(content(reply) == .record(record()))
        #expect(time != nil)
    }

    @Test func `what can't be opened is unusable, and says what to do`() async throws {
        let engine = MemoryRegister()
        _ = await fleet(engine).perform(call(.write(record(), ifRevision: .absent)))
        let name = SharedPlace(fleet: "team", account: "ads", binding: Self.binding).name
        func hint(_ register: FleetRegister) async -> String? {
            guard case .unusable(let failure) = content(await register.perform(call(.read)).0) else { return nil }
            return failure.hint
        }
        #expect(await hint(fleet(engine, keys: [.make()]))?.contains("old_keys") == true)
        #expect(await hint(fleet(engine, keys: [.make(), sealing])) == nil)
        _ = try await engine.write(Array("valetkey record 2 x\n".utf8), to: name, ifRevision: RegisterRevision(1))
        #expect(await hint(fleet(engine)) == "update valetkey on this host")
        _ = try await engine.write([1, 2, 3], to: name, ifRevision: RegisterRevision(2))
        #expect(await hint(fleet(engine))?.contains("etcdctl del \(name.text)") == true)
        let notJSON = try SealedRecord.seal(Array("{}".utf8), for: name, key: sealing)
        _ = try await engine.write(notJSON, to: name, ifRevision: RegisterRevision(3))
        #expect(await hint(fleet(engine))?.contains("etcdctl del \(name.text)") == true)
    }

    @Test func `a record with another client's binding isn't used`() async throws {
        let engine = MemoryRegister()
        let name = SharedPlace(fleet: "team", account: "ads", binding: Self.binding).name
        let other = GrantBinding(clientID: "other", server: Self.binding.server)
        let plain = try JSONEncoder().encode(RecordContent(record(), binding: other, now: .example(5000)))
        let sealed = try SealedRecord.seal(Array(plain), for: name, key: sealing)
        _ = try await engine.write(sealed, to: name, ifRevision: .absent)
        guard case .unusable = content(await fleet(engine).perform(call(.read)).0) else {
            Issue.record("it is used")
            return
        }
    }

    @Test func `failures of the engine are told, and the engine's time only with an answer`() async throws {
        let engine = MemoryRegister()
        engine.set(.losesReplies)
        let (reply, time) = await fleet(engine).perform(call(.write(record(), ifRevision: .absent)))
        #expect(reply == .failed(RegisterFailure(.unreachable(mayBeApplied: true), "no answer")))
        #expect(time == nil)
    }

    @Test func `keys that can't be read are a denial, until they can`() async throws {
        let isThere = Counter()
        let (engine, keys) = (MemoryRegister(), FleetKeys(all: [sealing]))
        let keyring = FleetKeyring { () async throws(FleetKeyFault) in
            guard isThere.next() > 1 else { throw .noKey("key") }
            return keys
        }
        let register = FleetRegister(engine, fleet: "team", time: Clock(), keyring: keyring)
        guard case .failed(let failure) = await register.perform(call(.read)).0 else {
            Issue.record("it was read")
            return
        }
        #expect(failure.kind == .denied && failure.detail.contains("isn't a key"))
        for _ in 1...2 { #expect(content(await register.perform(call(.read)).0) == .absent) }
        #expect(isThere.next() == 3)
    }

    @Test func `changes of another host are told with their account, and others' names are left out`() async throws {
        let one = MemoryRegister()
        let link = MemoryRegister(sharing: one)
        let changes = fleet(link).changes
        guard case .resynced(let readings, let time) = await changes.first(where: { _ in true }) else {
            Issue.record("they don't begin with everything")
            return
        }
        #expect(readings.isEmpty && time.seconds == 1000)
        // A lost engine is nothing to the grants: their requests fail.
        link.set(.down)
        link.set(.up)
        guard case .resynced = await changes.first(where: { _ in true }) else {
            Issue.record("they don't begin with everything again")
            return
        }
        _ = try await one.write([1], to: RegisterName("valetkey/1/team/grant/other/x"), ifRevision: .absent)
        _ = await fleet(one).perform(call(.write(record(), ifRevision: .absent)))
        guard case .value(let reading, let changed) = await changes.first(where: { _ in true }) else {
            Issue.record("the change isn't told")
            return
        }
        #expect(changed == key)
        #expect(reading == SharedReading(.record(record()), revision: RegisterRevision(2)))
        let later = fleet(MemoryRegister(sharing: one)).changes
        guard case .resynced(let all, _) = await later.first(where: { _ in true }) else {
            Issue.record("they don't begin with everything")
            return
        }
        #expect(all == [key: reading])
    }
}

private final class Counter: Sendable {
    private let count = Mutex(0)

    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}

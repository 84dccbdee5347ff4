import Etcd
import Register
import Testing

@testable import Doctor

struct StoreCheckTests {
    private func member(
        _ number: Int, leads: Bool = false, hasLeader: Bool = true, alarms: [String] = [], cluster: String = "c",
        seconds: Int64 = 1000
    ) -> EtcdMember {
        EtcdMember(
            endpoint: "https://etcd-\(number):2379",
            state: .success(
                EtcdMember.State(
                    version: "3.4.23", latency: .milliseconds(3), isLeader: leads, hasLeader: hasLeader,
                    alarms: alarms, cluster: cluster, member: "\(number)",
                    time: EngineTime(seconds: seconds, sent: .seconds(50), received: .seconds(50)))))
    }

    private let silent = EtcdMember(
        endpoint: "https://etcd-9:2379",
        state: .failure(RegisterFailure(.unreachable(mayBeApplied: false), "connection\u{1b}refused")))

    private func store(_ members: [EtcdMember]) -> StoreFacts {
        var facts = StoreFacts(members: members)
        (facts.hasUser, facts.hasRoles) = (true, true)
        return facts
    }

    private func results(_ store: StoreFacts) throws -> [Diagnosis] {
        var facts = try Facts.healthy()
        facts.store = store
        return facts.results("store")
    }

    @Test func `without a store nothing is said of it`() throws {
        #expect(try Facts.healthy().results("store").isEmpty)
    }

    @Test func `each member and the records are told`() throws {
        let results = try results(store([member(1, leads: true), member(2), member(3)]))
        #expect(results.allSatisfy { $0.state == .ok && $0.remedy == nil })
        #expect(results.count == 4)
        #expect(results[0].lookedAt == "https://etcd-1:2379")
        #expect(results[0].found == "etcd 3.4.23 answers in 3 ms, the leader")
        #expect(results[1].found == "etcd 3.4.23 answers in 3 ms")
        #expect(results[3].found == "they can be read and written")
    }

    @Test func `a minority without an answer is a warning, half of the members are wrong`() throws {
        for (members, state) in [
            ([member(1), member(2), silent], Diagnosis.State.warning), ([member(1), silent], .wrong),
            ([silent], .wrong),
        ] {
            let result = try #require(try results(store(members)).first { $0.lookedAt == silent.endpoint })
            #expect(result.state == state)
            #expect(result.found == "no answer: connection refused")
            #expect(result.remedy != nil)
        }
    }

    @Test func `a member that refuses this host is wrong, whatever the others do`() throws {
        let refusing = EtcdMember(endpoint: "https://etcd-8:2379", state: .failure(RegisterFailure(.denied, "no")))
        let result = try #require(try results(store([member(1), member(2), refusing])).first { $0.state == .wrong })
        #expect(result.lookedAt == refusing.endpoint && result.found == "it refuses this host: no")
    }

    @Test func `a member without a leader, and one with an alarm, are wrong`() throws {
        let leaderless = try results(store([member(1, hasLeader: false)]))[0]
        #expect(leaderless.state == .wrong && leaderless.found.contains("no leader"))
        let alarmed = try results(store([member(1, alarms: ["memberID:1 alarm:NOSPACE\u{7} "])]))[0]
        #expect(alarmed.state == .wrong && alarmed.found == "it reports memberID:1 alarm:NOSPACE")
    }

    @Test func `members of two clusters are wrong, and one member twice is a warning`() throws {
        let clusters = try results(store([member(1), member(2, cluster: "d")])).filter { $0.lookedAt == "endpoints" }
        #expect(clusters.map(\.state) == [.wrong])
        let twice = try results(store([member(1), member(1)])).filter { $0.lookedAt == "endpoints" }
        #expect(twice.map(\.state) == [.warning])
    }

    @Test(arguments: [(1, true), (2, true), (3, false), (-2, true), (-3, false)] as [(Int64, Bool)])
    func `members whose clocks differ are a warning`(seconds: Int64, isRight: Bool) throws {
        let results = try results(store([member(1), member(2, seconds: 1000 + seconds)]))
        #expect((results.contains { $0.lookedAt == "the members' clocks" && $0.state == .warning }) != isRight)
    }

    @Test(arguments: [
        (RegisterFailure.Kind.denied, "correct user and password"), (.full, "compact and defragment"),
        (.unreachable(mayBeApplied: false), "start the members"),
    ])
    func `records that can't be used are wrong`(kind: RegisterFailure.Kind, remedy: String) throws {
        var store = store([member(1)])
        store.refusal = RegisterFailure(kind, "n\u{7}o")
        let result = try #require(try results(store).last)
        #expect(result.state == .wrong)
        #expect(result.found.hasSuffix("n o"))
        #expect(result.remedy?.hasPrefix(remedy) == true)
    }

    @Test(arguments: [(true, Diagnosis.State.wrong), (false, .warning)])
    func `a certificate with a common name is told where there is a user`(
        isRefused: Bool, state: Diagnosis.State
    ) throws {
        var store = store([member(1)])
        store.commonName = "mail"
        if isRefused { store.refusal = RegisterFailure(.denied, "CommonName of client") }
        let results = try results(store)
        let certificates = results.filter { $0.lookedAt == "client_certificate of [store]" }
        #expect(certificates.map(\.state) == [state])
        #expect(certificates[0].found.contains("\"mail\""))
        #expect(certificates[0].remedy == "issue a certificate without a CN in its subject")
        #expect(results.contains { $0.lookedAt == "the fleet's records" } != isRefused)
        (store.hasUser, store.refusal, store.hasCertificate) = (false, nil, true)
        #expect(try self.results(store).allSatisfy { $0.state == .ok })
    }

    @Test func `an etcd that everybody may write to is a warning`() throws {
        var store = store([member(1)])
        store.hasRoles = false
        #expect(try results(store).last?.remedy == "etcdctl auth enable")
        store.hasUser = false
        #expect(try results(store).last?.state == .warning)
        store.hasCertificate = true
        #expect(try results(store).last?.state == .ok)
    }

    @Test func `a history that grows, and what can't be read of the configuration, are told`() throws {
        var store = store([member(1)])
        store.isNeverCompacted = true
        #expect(try results(store).last?.remedy?.contains("--auto-compaction-retention") == true)
        store.faults = [StoreFacts.Fault(key: "key", message: "/k does not exist", hint: nil)]
        let fault = try results(store)[0]
        #expect(fault.state == .wrong && fault.lookedAt == "key of [store]" && fault.found == "/k does not exist")
        #expect(fault.remedy == "valetkey config check")
    }
}

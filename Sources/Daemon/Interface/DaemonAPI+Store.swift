import APIContract
import APIServer
import Etcd
import Failures
import FoundationEssentials
import Grants
import Register
import Stores
import Text

/// The shared store: its members, the fleet's hosts and keys, and the shared accounts.
extension DaemonAPI {
    func store() async -> Result<StoreReport, Problem> {
        guard let presence else { return .failure(.noStore) }
        let store = presence.store
        let host = store.membership.fleet
        var report = StoreReport(kind: "etcd", fleet: store.fleet, host: host.host, hostName: host.name.shown)
        async let members = store.members()
        do throws(RegisterFailure) {
            let keys = try await store.keyring.keys()
            report.sealsWith = keys.current?.id
            report.opensWith = keys.all.map(\.id)
            let roll = try await presence.roll()
            let now = time.now().wall
            report.hosts = roll.present.map { .init($0, own: host.host, roll: roll, keys: keys, now: now) }
        } catch {
            report.problem = FailureReport(error)
        }
        report.members = await members.map(StoreReport.Member.init)
        report.accounts = accounts().accounts.compactMap { account in
            account.share.map { .init(account: account.account, refreshedAt: account.refreshedAt, share: $0) }
        }
        return .success(report)
    }
}

extension StoreReport.Member {
    init(_ member: EtcdMember) {
        self.init(endpoint: member.endpoint)
        switch member.state {
        case .failure(let failure): problem = FailureReport(failure)
        case .success(let state):
            reachable = true
            leader = state.isLeader
            latencyMs = max(1, Int(state.latency / .milliseconds(1)))
            version = UntrustedText.clean(state.version, limit: 20)
            if let alarm = state.alarms.first {
                problem = .store("it reports \(UntrustedText.clean(alarm, limit: 100))", hint: "valetkey store check")
            } else if !state.hasLeader {
                problem = .store("it has no leader", hint: "start the other members")
            }
        }
    }
}

extension StoreReport.Host {
    init(_ host: HostRoll.Host, own: String, roll: HostRoll, keys: FleetKeys, now: Date) {
        self.init(host: host.id.shown, own: host.id == own)
        switch host.content {
        case .note(let note):
            let age = max(.zero, roll.now - note.at).wholeSeconds
            (name, version) = (note.name.shown, note.version.shown)
            (seenAt, seenAgo) = (now - Double(age), age)
            (sealsWith, opensWith) = (note.keys.first?.shown, note.keys.map(\.shown))
            lacks = HostRoll.lacks(host, of: keys).flatMap { $0.isEmpty ? nil : $0 }
        case .otherKey(let id):
            sealsWith = id.shown
            problem = .store(
                "it seals with the key \(id.shown), which this host hasn't", hint: "add that key to old_keys in [store]"
            )
        case .unusable:
            problem = .store(
                "its record was written by a later version, or is damaged", hint: "update valetkey on this host")
        }
    }
}

extension FailureReport {
    /// Why the store can't be used.
    init(_ failure: RegisterFailure) {
        self.init(
            code: FailureCode.storeUnreachable.rawValue, detail: "\(failure)".plain, hint: "run: valetkey store check")
    }

    fileprivate static func store(_ detail: String, hint: String) -> FailureReport {
        FailureReport(code: FailureCode.storage.rawValue, detail: detail, hint: hint)
    }
}

import Etcd
import Register
import Text

/// Checks of the store that hosts share.
extension Check {
    static func store(_ facts: Facts) -> [Diagnosis] {
        guard let store = facts.store else { return [] }
        return store.faults.map { fault in
            result(.wrong, "\(fault.key) of [store]", fault.message.plain, fault.hint ?? "valetkey config check")
        } + members(store) + cluster(store) + access(store) + certificate(store) + compaction(store)
    }

    private static func result(
        _ state: Diagnosis.State, _ lookedAt: String, _ found: String, _ remedy: String? = nil
    ) -> Diagnosis {
        Diagnosis("store", state, lookedAt: lookedAt, found: found, remedy: remedy)
    }

    /// A minority of members may be down.
    private static func members(_ store: StoreFacts) -> [Diagnosis] {
        let silent = store.members.count { (try? $0.state.get()) == nil }
        let hasQuorum = silent * 2 < store.members.count
        return store.members.map { member in
            switch member.state {
            case .failure(let failure) where failure.kind == .denied:
                return result(
                    .wrong, member.endpoint, "it refuses this host: \(failure.detail.plain)",
                    "correct user, password and client_certificate in [store]")
            case .failure(let failure):
                return result(
                    hasQuorum ? .warning : .wrong, member.endpoint, "no answer: \(failure.detail.plain)",
                    "start this member, or correct endpoints in [store]")
            case .success(let state):
                if let alarm = state.alarms.first {
                    return result(
                        .wrong, member.endpoint, "it reports \(UntrustedText.clean(alarm, limit: 100))",
                        "etcdctl alarm list; where the space is used up: compact, defragment and disarm")
                }
                guard state.hasLeader else {
                    return result(
                        .wrong, member.endpoint, "it has no leader: fewer than half of the members reach each other",
                        "start the other members")
                }
                let role = state.isLeader ? ", the leader" : ""
                let version = UntrustedText.clean(state.version, limit: 20)
                let took = max(1, Int(state.latency / .milliseconds(1)))
                return result(.ok, member.endpoint, "etcd \(version) answers in \(took) ms\(role)")
            }
        }
    }

    private static func cluster(_ store: StoreFacts) -> [Diagnosis] {
        let states = store.members.compactMap { try? $0.state.get() }
        var found: [Diagnosis] = []
        if Set(states.map(\.cluster)).count > 1 {
            found.append(
                result(
                    .wrong, "endpoints", "they are members of different clusters",
                    "let endpoints in [store] name the members of one cluster"))
        } else if Set(states.map(\.member)).count < states.count {
            found.append(
                result(
                    .warning, "endpoints", "two of them are the same member",
                    "let endpoints in [store] name each member once"))
        }
        // Where no moment is within what all say, their clocks differ by more than the way of a request.
        let least = states.map { Duration.seconds($0.time.seconds) - $0.time.received }.max() ?? .zero
        let most = states.map { Duration.seconds($0.time.seconds + 1) - $0.time.sent }.min() ?? .zero
        if least - most > .seconds(1) {
            found.append(
                result(
                    .warning, "the members' clocks", "they differ by more than a second",
                    "keep them right with NTP: tokens expire by them"))
        }
        return found
    }

    private static func access(_ store: StoreFacts) -> [Diagnosis] {
        let records = "the fleet's records"
        if let refusal = store.refusal {
            switch refusal.kind {
            case .denied where store.commonName != nil && store.hasUser: return []
            case .denied:
                return [
                    result(
                        .wrong, records, refusal.detail.plain,
                        "correct user and password in [store], or grant its role readwrite below valetkey/")
                ]
            case .full:
                return [result(.wrong, records, refusal.detail.plain, "compact and defragment the etcd, then disarm")]
            case .unreachable:
                return [
                    result(.wrong, records, "they can't be read: \(refusal.detail.plain)", "start the members above")
                ]
            }
        }
        if store.hasUser, !store.hasRoles {
            return [
                result(
                    .warning, records, "roles aren't enabled, so that everybody who reaches the etcd can erase them",
                    "etcdctl auth enable")
            ]
        }
        if !store.hasUser, !store.hasCertificate {
            return [
                result(
                    .warning, records, "everybody who reaches the etcd can erase them",
                    "state user and password, or a client certificate, in [store]")
            ]
        }
        return [result(.ok, records, "they can be read and written")]
    }

    /// etcd takes the name in a certificate for a user, and its JSON gateway then refuses every request.
    private static func certificate(_ store: StoreFacts) -> [Diagnosis] {
        guard let name = store.commonName, store.hasUser else { return [] }
        let isRefused = store.refusal?.kind == .denied
        return [
            result(
                isRefused ? .wrong : .warning, "client_certificate of [store]",
                "it has the common name \(name.quoted), and etcd refuses such certificates while roles are enabled",
                "issue a certificate without a CN in its subject")
        ]
    }

    private static func compaction(_ store: StoreFacts) -> [Diagnosis] {
        guard store.isNeverCompacted else { return [] }
        return [
            result(
                .warning, "the etcd's history", "nothing was ever compacted, so its database grows until it is full",
                "start the members with --auto-compaction-retention=1h")
        ]
    }
}

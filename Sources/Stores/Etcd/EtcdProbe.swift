import FoundationEssentials
package import HTTPTransport
package import Register

/// What one member says of itself.
package struct EtcdMember: Sendable {
    package struct State: Sendable, Hashable {
        package var version: String
        /// From sending the request to the last octet of the answer.
        package var latency: Duration
        package var isLeader: Bool
        package var hasLeader: Bool
        /// What the member itself calls wrong, such as that its database has no space; untrusted.
        package var alarms: [String]
        /// Identify the cluster and the member; empty if the member doesn't say.
        package var cluster: String
        package var member: String
        package var time: EngineTime

        package init(
            version: String, latency: Duration, isLeader: Bool, hasLeader: Bool, alarms: [String], cluster: String,
            member: String, time: EngineTime
        ) {
            self.version = version
            self.latency = latency
            self.isLeader = isLeader
            self.hasLeader = hasLeader
            self.alarms = alarms
            self.cluster = cluster
            self.member = member
            self.time = time
        }
    }

    package var endpoint: String
    package var state: Result<State, RegisterFailure>

    package init(endpoint: String, state: Result<State, RegisterFailure>) {
        self.endpoint = endpoint
        self.state = state
    }
}

/// Looks at an etcd without changing anything, for `valetkey store check` and `valetkey doctor`.
package struct EtcdProbe: Sendable {
    private let gateway: EtcdGateway
    private let register: EtcdRegister

    package init(
        _ settings: EtcdSettings, transport: any LineTransport, clock: any Clock<Duration>,
        boot: @escaping @Sendable () -> Duration
    ) {
        gateway = EtcdGateway(settings, transport: transport, boot: boot)
        register = EtcdRegister(gateway, clock: clock, boot: boot)
    }

    /// Asks all members at a time.
    package func members() async -> [EtcdMember] {
        let endpoints = gateway.settings.endpoints
        return await withTaskGroup(of: (Int, EtcdMember).self) { group in
            for (number, endpoint) in endpoints.enumerated() {
                group.addTask { (number, EtcdMember(endpoint: endpoint, state: await state(of: number))) }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private func state(of member: Int) async -> Result<EtcdMember.State, RegisterFailure> {
        do throws(RegisterFailure) {
            let answer = try await gateway.ask(member, .status, "{}")
            guard case .reply(let reply) = answer.opening, let time = answer.time,
                let status = try? JSONDecoder().decode(StatusReply.self, from: Data(reply.body))
            else { throw .notUnderstood(isWrite: false) }
            let leader = status.leader ?? "0"
            return .success(
                EtcdMember.State(
                    version: status.version, latency: answer.received - answer.sent,
                    isLeader: leader == status.header.memberID, hasLeader: leader != "0", alarms: status.errors ?? [],
                    cluster: status.header.clusterID ?? "", member: status.header.memberID ?? "", time: time))
        } catch {
            return .failure(error)
        }
    }

    /// Whether what is below a name may be read and written: nothing is written.
    ///
    /// - Throws: why not.
    package func access(below name: RegisterName) async throws(RegisterFailure) {
        _ = try await register.list(under: name)
        // No write has this revision, and etcd checks the permissions for both branches.
        _ = try await register.write([], to: RegisterName("\(name.prefix)check"), ifRevision: RegisterRevision(.max))
    }

    /// Whether a user is logged in, which takes roles. Valid after `access`.
    package func hasRoles() async -> Bool { await gateway.isLoggedIn }

    /// Whether the history of all writes is kept although there are very many.
    package func isNeverCompacted() async -> Bool {
        let first = RangeRequest(key: WireOctets("valetkey".utf8), revision: WireNumber(1))
        let reply = try? await gateway.call(.range, first, as: RangeReply.self).reply
        return (reply?.header.revision?.value ?? 0) > Self.manyWrites
    }

    private static let manyWrites: Int64 = 100_000
}

/// The answer to a request for a member's status. Identifiers are unsigned and stay text.
private struct StatusReply: Decodable {
    struct Header: Decodable {
        var clusterID: String?
        var memberID: String?

        enum CodingKeys: String, CodingKey {
            case clusterID = "cluster_id"
            case memberID = "member_id"
        }
    }

    var header: Header
    var version: String
    var leader: String?
    var errors: [String]?
}

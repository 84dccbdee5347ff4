package import HTTPListener
package import NIOCore

/// Serves the API on the Unix socket. Handlers are called on the event loop; work that may take time runs in tasks of
/// `run`.
package struct SocketServer: Sendable {
    private let listener: HTTPListener
    private let tasks: RouteTasks
    private let file: SocketFile?
    private let group: any EventLoopGroup
    private let table: RouteTable
    private let budget: ConnectionBudget?

    /// The limits for connections of readers. Requests are small; an answer may take any time, as with `?wait=3600`.
    package static let limits = HTTPListenerLimits(
        headBytes: 16_384, bodyBytes: 65_536, requestTime: .seconds(10), idleTime: .seconds(120))

    /// Starts to listen, and to answer requests that need no task. `name` is the socket's name in `Caller`. While the
    /// budget is used up, further callers wait to be accepted. The policy decides about callers in a sandbox; without
    /// one they are served.
    package static func open(
        _ place: SocketPlace, name: String = "main", group: any EventLoopGroup, table: RouteTable,
        limits: HTTPListenerLimits = Self.limits, budget: ConnectionBudget? = nil, policy: SandboxPolicy? = nil
    ) async throws(SocketFault) -> SocketServer {
        let tasks = RouteTasks()
        let (listener, file) = try await place.listen { listening in
            try await HTTPListener.open(listening, group: group, limits: limits, budget: budget, keepsRequest: true) {
                channel in
                responder(of: channel, table, tasks, socket: name, policy: policy)
            }
        }
        return SocketServer(listener: listener, tasks: tasks, file: file, group: group, table: table, budget: budget)
    }

    /// Opens a further socket, whose callers may do what `gate` lets them.
    package func openExtra(
        _ place: SocketPlace, name: String, gate: SocketGate, access: SocketAccess = .own, connections: Int
    ) async throws(SocketFault) -> ExtraSocket {
        var limits = Self.limits
        limits.connections = connections
        let (listener, file) = try await place.listen(access) { [limits] listening in
            try await HTTPListener.open(listening, group: group, limits: limits, budget: budget, keepsRequest: true) {
                channel in
                Self.responder(of: channel, table, tasks, socket: name, gate: gate)
            }
        }
        return ExtraSocket(listener: listener, file: file)
    }

    /// Who answers a new connection: a service manager that fetches a credential gets its bare content. On the event loop.
    private static func responder(
        of channel: any Channel, _ table: RouteTable, _ tasks: RouteTasks, socket: String, gate: SocketGate? = nil,
        policy: SandboxPolicy? = nil
    ) -> HTTPListener.Responder? {
        guard let peer = Peer(of: channel, asksPlace: policy?.asks ?? false) else { return nil }
        let credential = table.credentials == nil ? nil : CredentialClaim(address: peer.address)
        let caller = Caller(peer, socket: socket, gate: gate, claimedUnit: credential?.unit)
        let refusal = RouteResponder.refusal(of: caller, table) ?? peer.namespace.flatMap(SandboxPolicy.refusal)
        guard let credential, let service = table.credentials else {
            return .http(RouteResponder(table, tasks, caller: caller, refusal: refusal))
        }
        return .plain(
            CredentialResponder(
                claim: credential, caller: caller, refusal: refusal, read: service.read, report: service.report))
    }

    /// Runs the handlers' tasks until `close`, which cancels those that nobody waits for any more.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for await work in tasks.work { group.addTask { await work() } }
            group.cancelAll()
        }
    }

    /// Accepts no further connections. Those that wait for an answer may still get it within `patience`.
    package func close(patience: TimeAmount) async {
        await listener.stopListening()
        file?.remove()
        await listener.close(patience: patience)
        tasks.finish()
    }
}

import FoundationEssentials
import HTTPListener
import NIOCore
import NIOHTTP1
import OAuth
import Synchronization
import Text

/// Holds the machine behind a lock and performs its actions on the listener's connections.
final class ServerShell: HTTPResponder {
    private struct State {
        var machine: ServerMachine?
        var held: [(exchange: HTTPExchange, reply: WebReply?)] = []
        var waiters: [Int: Waiter] = [:]
        var lastWaiter = 0
    }

    private struct Waiter {
        let condition: @Sendable (Activity) -> Bool
        let continuation: CheckedContinuation<Void, any Error>
    }

    private let state = Mutex(State())
    private let now: @Sendable () -> Date

    init(now: @escaping @Sendable () -> Date) {
        self.now = now
    }

    /// The issuer contains the port, so the machine can only be made once the listener is open.
    func start(_ machine: ServerMachine) {
        state.withLock { $0.machine = machine }
    }

    /// Reads or changes the machine; nil before the start.
    func withMachine<Value: Sendable>(_ body: (inout ServerMachine) -> Value) -> Value? {
        state.withLock { state in
            guard var machine = state.machine else { return nil }
            let value = body(&machine)
            state.machine = machine
            return value
        }
    }

    func respond(to request: HTTPRequest, _ exchange: HTTPExchange) {
        guard isLocal(request.head.headers.first(name: "host")) else { return exchange.answer(refuse(.badRequest)) }
        let webRequest = WebRequest(request)
        let now = now()
        let (action, woken) = state.withLock { state -> (ServerAction, [Waiter]) in
            let action = state.machine?.handle(webRequest, now: now) ?? .hangUp
            if case .hold(let reply) = action { state.held.append((exchange, reply)) }
            return (action, Self.takeWoken(&state))
        }
        switch action {
        case .answer(let reply): exchange.answer(HTTPAnswer(reply))
        case .hangUp: exchange.channel.close(promise: nil)
        case .hold: break
        }
        for waiter in woken { waiter.continuation.resume() }
    }

    func refuse(_ status: HTTPResponseStatus) -> HTTPAnswer {
        HTTPAnswer(.text(status.reasonPhrase.lowercased(), status: Int(status.code)))
    }

    /// Releases every held request.
    func release() {
        let held = state.withLock { state in
            defer { state.held = [] }
            state.machine?.activity.held = 0
            return state.held
        }
        for (exchange, reply) in held {
            if let reply { exchange.answer(HTTPAnswer(reply)) } else { exchange.channel.close(promise: nil) }
        }
    }

    /// Returns once the condition holds, immediately where it does already.
    func wait(until condition: @escaping @Sendable (Activity) -> Bool) async throws {
        let id = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let waiter = Waiter(condition: condition, continuation: continuation)
                let woken = state.withLock { state in
                    state.waiters[id] = waiter
                    return Self.takeWoken(&state)
                }
                for waiter in woken { waiter.continuation.resume() }
                if Task.isCancelled { cancel(id) }
            }
        } onCancel: {
            cancel(id)
        }
    }

    private func cancel(_ id: Int) {
        let waiter = state.withLock { $0.waiters.removeValue(forKey: id) }
        waiter?.continuation.resume(throwing: CancellationError())
    }

    private static func takeWoken(_ state: inout State) -> [Waiter] {
        guard let activity = state.machine?.activity else { return [] }
        let woken = state.waiters.filter { $0.value.condition(activity) }
        for id in woken.keys { state.waiters[id] = nil }
        return Array(woken.values)
    }

    /// DNS rebinding: a page whose name resolves to this machine sends its own name as the host.
    private func isLocal(_ host: String?) -> Bool {
        guard let host else { return false }
        let name = host.last == "]" ? host[...] : host.prefix(upTo: host.lastIndex(of: ":") ?? host.endIndex)
        return LoopbackHost.isLoopback(name)
    }
}

extension WebRequest {
    init(_ request: HTTPRequest) {
        method =
            switch request.head.method {
            case .GET, .HEAD: .get
            case .POST: .post
            case .DELETE: .delete
            default: .other
            }
        path = String(request.path)
        query = String(request.query)
        contentType = request.head.headers.first(name: "content-type")
        authorization = request.head.headers.first(name: "authorization")
        proof = request.head.headers.first(name: "dpop")
        headers = Dictionary(
            request.head.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
        body = request.body.map { String(buffer: $0) } ?? ""
    }
}

extension HTTPAnswer {
    init(_ reply: WebReply) {
        self.init(
            status: HTTPResponseStatus(statusCode: reply.status),
            headers: HTTPHeaders(reply.headers.map { ($0.name, $0.value) }),
            body: reply.octets.map { ByteBuffer(bytes: $0) } ?? ByteBuffer(string: reply.body))
    }
}

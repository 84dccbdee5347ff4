import APIContract
import Failures
import FoundationEssentials
package import HTTPListener
import MicrosoftAdvertisingContract
package import NIOCore
package import NIOHTTP1

/// Serves the API on the Unix socket. Tokens are read on the event loop itself; all else that may take time is done by
/// tasks of `run`.
package struct SocketServer: Sendable {
    private let listener: HTTPListener
    private let responder: SocketResponder
    private let socket: SocketPlace

    /// A reader's connections: small requests, and long enough for `?wait=3600`.
    package static let limits = HTTPListenerLimits(
        headBytes: 16_384, bodyBytes: 65_536, requestTime: .seconds(10), idleTime: .seconds(120))

    /// Starts to listen, and to answer what needs no task.
    package static func open(
        _ place: SocketPlace, group: any EventLoopGroup, daemon: any DaemonInterface,
        limits: HTTPListenerLimits = Self.limits
    ) async throws(SocketFault) -> SocketServer {
        let responder = SocketResponder(daemon: daemon)
        let listener = try await place.listen { listening in
            try await HTTPListener.open(listening, group: group, limits: limits) { channel in
                if PeerCredentials.isOwnUser(channel) { responder } else { StrangerResponder() }
            }
        }
        return SocketServer(listener: listener, responder: responder, socket: place)
    }

    /// Works until `close`, and cancels then what nobody waits for any more.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for await work in responder.work { group.addTask { await work() } }
            group.cancelAll()
        }
    }

    /// Takes no further connection; those that wait for an answer get it, by `patience` at the latest.
    package func close(patience: TimeAmount) async {
        await listener.stopListening()
        socket.removeIfOurs()
        await listener.close(patience: patience)
        responder.finish()
    }
}

/// Turns requests into calls of the daemon.
package final class SocketResponder: HTTPResponder {
    private let daemon: any DaemonInterface
    let work: AsyncStream<@Sendable () async -> Void>
    private let queue: AsyncStream<@Sendable () async -> Void>.Continuation

    package init(daemon: any DaemonInterface) {
        self.daemon = daemon
        (work, queue) = AsyncStream.makeStream()
    }

    func finish() {
        queue.finish()
    }

    package func respond(to request: HTTPRequest, _ exchange: HTTPExchange) {
        do throws(Problem) {
            try respond(to: SocketRequest(request), request.body, exchange)
        } catch {
            exchange.answer(.problem(error))
        }
    }

    private func respond(to request: SocketRequest, _ body: ByteBuffer?, _ exchange: HTTPExchange) throws(Problem) {
        let daemon = daemon
        switch request {
        case .token(let query, let asJSON):
            let hangUp = daemon.token(query) { result in
                switch result {
                case .success(let token):
                    exchange.answer(asJSON ? .json(TokenAnswer(token, of: query.account)) : .token(token))
                case .failure(let problem): exchange.answer(.problem(problem))
                }
            }
            if let hangUp { exchange.whenClosed(hangUp) }
        case .health: exchange.answer(.json(daemon.health()))
        case .accounts: exchange.answer(.json(daemon.accounts()))
        case .account(let name): exchange.answer(.result(daemon.account(name)))
        case .startConsent(let name):
            let wish = try Self.decode(ConsentRequest.self, from: body) ?? ConsentRequest()
            later(exchange) { .result(await daemon.startConsent(name, wish), status: .created) }
        case .consent(let name, let wait): later(exchange) { .result(await daemon.consent(name, wait: wait)) }
        case .cancelConsent(let name): later(exchange) { .result(await daemon.cancelConsent(name)) }
        case .takeRedirect(let name):
            guard let pasted = try Self.decode(PastedRedirect.self, from: body) else {
                throw .malformed("the body is a JSON object with the member redirect")
            }
            later(exchange) { .result(await daemon.takeRedirect(name, pasted)) }
        case .refresh(let name, let wait): later(exchange) { .result(await daemon.refresh(name, wait: wait)) }
        case .logout(let name): later(exchange) { .result(await daemon.logout(name)) }
        case .advertisingHeaders(let query, let asText):
            later(exchange) {
                let result = await daemon.advertisingHeaders(query)
                if asText, case .success(let headers) = result { return .text(headers.httpLines) }
                return .result(result)
            }
        case .chooseCustomer(let name):
            guard let customer = try Self.decode(AdvertisingCustomer.self, from: body), customer.isWellFormed else {
                throw .malformed("the body is a JSON object of customer_id and customer_account_id, numbers as text")
            }
            later(exchange) { .result(await daemon.chooseCustomer(name, customer)) }
        case .proof(let name):
            guard let wish = try Self.decode(ProofRequest.self, from: body) else {
                throw .malformed("the body is a JSON object with the members method and url")
            }
            later(exchange) { .result(await daemon.proof(name, wish)) }
        case .reload: later(exchange) { .result(await daemon.reload()) }
        }
    }

    private func later(_ exchange: HTTPExchange, _ work: @escaping @Sendable () async -> HTTPAnswer) {
        queue.yield { exchange.answer(await work()) }
    }

    private static func decode<Body: Decodable>(_ type: Body.Type, from buffer: ByteBuffer?) throws(Problem) -> Body? {
        guard let buffer, buffer.readableBytes > 0 else { return nil }
        do {
            return try ContractJSON.decode(type, from: Data(buffer.readableBytesView))
        } catch {
            throw .malformed("the body isn't the JSON object that this path takes")
        }
    }

    package func refuse(_ status: HTTPResponseStatus) -> HTTPAnswer {
        let code: FailureCode =
            switch status {
            case .payloadTooLarge, .requestHeaderFieldsTooLarge: .tooLarge
            default: .malformedRequest
            }
        let detail =
            switch status {
            case .requestTimeout: "the request took too long to arrive"
            case .payloadTooLarge: "the request's body is too large"
            case .requestHeaderFieldsTooLarge: "the request's head is too large"
            default: "this is no HTTP/1.1 request"
            }
        return .problem(Problem(code, detail, title: status.reasonPhrase, status: Int(status.code)))
    }
}

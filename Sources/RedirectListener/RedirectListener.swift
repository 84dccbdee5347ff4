package import Glibc
package import HTTPListener
package import NIOCore
import NIOPosix
import Text

/// The listener for the redirect of one consent. It is open while the consent is pending, and only on the loopback
/// addresses (RFC 8252 section 8.3). It serves only connections of the user's own processes and of root's.
package struct RedirectListener: Sendable {
    package let port: Int
    /// The short URL that the user opens, which redirects to the authorization URL. Whoever opens it learns `state`, so
    /// its path can't be guessed.
    package let startURL: String

    private let listeners: [HTTPListener]
    private let responder: RedirectResponder
    private let eventLoop: any EventLoop

    /// Listens on `port` of both loopback addresses; nil takes a free one. A response is only accepted at
    /// `redirectPath`, compared byte by byte.
    ///
    /// `lookup` finds out whose connections these are; nil where that can't be told, which is a fault. `onStranger` is
    /// called with the user of the first connection that is refused.
    package static func open(
        port: Int? = nil, redirectPath: String, group: any EventLoopGroup, receiver: any RedirectReceiver,
        limits: HTTPListenerLimits = .redirect, lookup: OwnerLookup? = .available(),
        onStranger: @escaping @Sendable (uid_t) -> Void = { _ in }
    ) async throws(ListenerFault) -> RedirectListener {
        guard let lookup else { throw .unknownCallers }
        let check = CallerCheck(lookup, user: geteuid(), onStranger: onStranger)
        var random = SystemRandomNumberGenerator()
        let start = "/" + RandomText.readable(length: 10, using: &random)
        let responder = RedirectResponder(paths: .init(start: start, redirect: redirectPath), receiver: receiver)
        let bound = try await LoopbackSockets<HTTPListener>.open(port: port) { address, port throws(BindFailure) in
            try await bind(address, port: port, group: group, limits: limits, check: check, responder: responder)
        } close: { listener in
            await listener.close(patience: .zero)
        }
        let host = bound.address == .ipv4 ? "127.0.0.1" : "[::1]"
        return RedirectListener(
            port: bound.port, startURL: "http://\(host):\(bound.port)\(start)", listeners: bound.sockets,
            responder: responder, eventLoop: group.next())
    }

    /// Closes every connection, whether it was answered or not.
    package func close() async {
        await close(patience: .zero)
    }

    /// Closes the listener once the result pages have been fetched, `linger` has passed, or the task is cancelled.
    package func finish(linger: Duration) async {
        let delivered = eventLoop.makePromise(of: Void.self)
        let timer = eventLoop.scheduleTask(in: TimeAmount(linger)) { delivered.succeed() }
        responder.whenDelivered { delivered.succeed() }
        await withTaskCancellationHandler {
            try? await delivered.futureResult.get()
        } onCancel: {
            delivered.succeed()
        }
        timer.cancel()
        await close(patience: .seconds(1))
    }

    private func close(patience: TimeAmount) async {
        for listener in listeners { await listener.stopListening() }
        for listener in listeners { await listener.close(patience: patience) }
    }

    private static func bind(
        _ address: LoopbackAddress, port: Int, group: any EventLoopGroup, limits: HTTPListenerLimits,
        check: CallerCheck, responder: RedirectResponder
    ) async throws(BindFailure) -> (HTTPListener, port: Int) {
        do {
            let listener = try await HTTPListener.open(
                .tcp(host: address.rawValue, port: port), group: group, limits: limits
            ) { check.admits($0) ? .http(responder) : nil }
            return (listener, listener.port ?? port)
        } catch let error as IOError {
            throw BindFailure(errno: error.errnoCode)
        } catch {
            throw .other("\(error)")
        }
    }
}

extension HTTPListenerLimits {
    /// The head has room for a long code, and for the cookies of the sites that were served at the loopback names; a
    /// longer code can be sent by POST. A browser opens a few connections.
    package static let redirect = HTTPListenerLimits(
        headBytes: 16_384, bodyBytes: 65_536, requestTime: .seconds(10), idleTime: .seconds(30), connections: 32)
}

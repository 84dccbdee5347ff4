package import APIContract
import NIOCore
import NIOEmbedded
import NIOHTTP1

/// A connection to `/events` of the daemon. Not for several threads.
package final class EventSubscription {
    private let socket: ClientSocket
    private let channel = EmbeddedChannel()
    private var text = ServerSentEvents()
    private var status = 0
    private var problem: [UInt8] = []

    /// The daemon sends a comment each 15 s, so a connection that is silent for longer than this is dead, in seconds.
    private static let patience = 40

    /// Connects, and returns once the daemon has answered: no later event is missed.
    package init(_ client: SocketClient, account: String? = nil, stop: CInt) throws(ClientFailure) {
        socket = try ClientSocket(path: client.path, patience: Self.patience)
        let target = "/events" + (account.map { "?account=\(SocketClient.segment($0))" } ?? "")
        do {
            try channel.expectAnswer(to: "GET")
        } catch {
            throw .protocolError("\(error)")
        }
        try socket.write(SocketClient.encode("GET", target, accept: "text/event-stream"))
        while status == 0 { _ = try next(stop: stop, within: .seconds(Self.patience)) }
    }

    /// Waits for octets, and returns the events that they complete; there may be none.
    ///
    /// - Throws: `timedOut` after `patience`, `interrupted` once `stop` is readable, and `hungUp` at the end.
    package func next(stop: CInt, within patience: Duration) throws(ClientFailure) -> [EventReport] {
        try socket.wait(Meanwhile(interrupt: stop), until: .now + patience)
        let piece = try socket.read()
        if piece.isEmpty { throw .hungUp }
        var events: [EventReport] = []
        do {
            try channel.writeInbound(ByteBuffer(bytes: piece))
            while let part = try channel.readInbound(as: HTTPClientResponsePart.self) {
                switch part {
                case .head(let head): status = Int(head.status.code)
                case .body(let bytes): events += take(Array(bytes.readableBytesView))
                case .end: try end()
                }
            }
        } catch let failure as ClientFailure {
            throw failure
        } catch {
            throw .protocolError("\(error)")
        }
        return events
    }

    private func take(_ octets: [UInt8]) -> [EventReport] {
        guard status == 200 else {
            problem += octets
            return []
        }
        return text.take(octets).compactMap { ClientJSON.decode(EventReport.self, Array($0.utf8)) }
    }

    private func end() throws(ClientFailure) {
        if status == 200 { throw .hungUp }
        throw ClientJSON.problem(problem).map { .problem($0) } ?? .protocolError("HTTP \(status)")
    }
}

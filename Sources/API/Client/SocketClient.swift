package import APIContract
package import Glibc
import NIOCore
import NIOEmbedded
import NIOHTTP1

/// A blocking client of the daemon's socket, with one connection for each request: what a command needs that runs for
/// milliseconds. NIO's parser decodes the answers, without an event loop.
package struct SocketClient: Sendable {
    package let path: String

    package init(path: String) {
        self.path = path
    }

    /// A complete answer, with its body as it was sent.
    package struct Answer: Sendable {
        package var status: Int
        package var body: [UInt8]
    }

    /// Sends the request and waits for the answer. Throws the answer's problem where its status isn't 2xx.
    ///
    /// `patience` limits the whole exchange, in seconds. It must be longer than the request asks the daemon to wait.
    package func send(
        _ method: String, _ target: String, accept: String? = nil, body: [UInt8] = [],
        bodyType: String = "application/json", patience: Int = 60, meanwhile: Meanwhile? = nil
    ) throws(ClientFailure) -> Answer {
        let socket = try ClientSocket(path: path, patience: patience)
        // Both directions share a pipeline, because the decoder only accepts an answer to a request that it has seen.
        let channel = EmbeddedChannel()
        try socket.write(Self.encode(method, target, accept: accept, body: body, bodyType: bodyType, channel))
        if let meanwhile { try socket.wait(meanwhile, until: .now + .seconds(patience)) }
        let answer = try read(socket, channel)
        guard (200..<300).contains(answer.status) else {
            throw ClientJSON.problem(answer.body).map { .problem($0) } ?? .protocolError("HTTP \(answer.status)")
        }
        return answer
    }

    private static func encode(
        _ method: String, _ target: String, accept: String?, body: [UInt8], bodyType: String,
        _ channel: EmbeddedChannel
    ) throws(ClientFailure) -> [UInt8] {
        var headers: HTTPHeaders = ["Host": "valetkey", "Connection": "close"]
        if let accept { headers.add(name: "Accept", value: accept) }
        if !body.isEmpty {
            headers.add(name: "Content-Type", value: bodyType)
            headers.add(name: "Content-Length", value: String(body.count))
        }
        let head = HTTPRequestHead(
            version: .http1_1, method: HTTPMethod(rawValue: method), uri: target, headers: headers)
        do {
            try channel.pipeline.syncOperations.addHTTPClientHandlers()
            try channel.writeOutbound(HTTPClientRequestPart.head(head))
            if !body.isEmpty {
                try channel.writeOutbound(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: body))))
            }
            try channel.writeOutbound(HTTPClientRequestPart.end(nil))
            var bytes: [UInt8] = []
            while let piece = try channel.readOutbound(as: ByteBuffer.self) { bytes += piece.readableBytesView }
            return bytes
        } catch {
            throw .protocolError("\(error)")
        }
    }

    private func read(
        _ socket: borrowing ClientSocket, _ channel: EmbeddedChannel
    ) throws(ClientFailure) -> Answer {
        var answer = Answer(status: 0, body: [])
        while true {
            let piece = try socket.read()
            do {
                if piece.isEmpty {
                    _ = try channel.finish()
                } else {
                    try channel.writeInbound(ByteBuffer(bytes: piece))
                }
                while let part = try channel.readInbound(as: HTTPClientResponsePart.self) {
                    switch part {
                    case .head(let head): answer.status = Int(head.status.code)
                    case .body(let bytes): answer.body += bytes.readableBytesView
                    case .end: return answer
                    }
                }
            } catch {
                throw piece.isEmpty ? .hungUp : .protocolError("\(error)")
            }
            if piece.isEmpty { throw .hungUp }
        }
    }
}

/// Why a request got no successful answer.
package enum ClientFailure: Error, Sendable {
    /// No daemon listens on the socket.
    case notReachable(path: String, reason: String)
    /// Another user's process listens on the socket.
    case foreignDaemon(path: String, user: uid_t?)
    /// The daemon closed the connection before its answer was whole.
    case hungUp
    case timedOut
    /// The command was interrupted while it waited.
    case interrupted
    case protocolError(String)
    /// The daemon has answered with a problem.
    case problem(Problem)
}

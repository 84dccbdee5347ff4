package import APIContract
package import Glibc
import NIOCore
import NIOEmbedded
import NIOHTTP1

/// A blocking client of the daemon's socket, with one connection for each request: what a command needs that runs for
/// milliseconds. NIO's parser decodes the answers that aren't plain, without an event loop.
package struct SocketClient: Sendable {
    package let path: String
    /// Called each second while an answer is awaited, with the seconds so far, and then with nil once it has come. Only
    /// for requests without a `Meanwhile`.
    package var whileSlow: (@Sendable (_ seconds: Int?) -> Void)?

    package init(path: String) {
        self.path = path
    }

    /// A complete answer, with its body as it was sent.
    package struct Answer: Sendable, Equatable {
        package var status: Int
        /// The header Authorization, which one route answers with.
        package var authorization: String?
        package var body: [UInt8] = []
    }

    /// Sends the request and waits for the answer. Throws the answer's problem where its status isn't 2xx.
    ///
    /// `patience` limits the whole exchange, in seconds. It must be longer than the request asks the daemon to wait.
    package func send(
        _ method: String, _ target: String, accept: String? = nil, body: [UInt8] = [],
        bodyType: String = "application/json", patience: Int = 60, meanwhile: Meanwhile? = nil
    ) throws(ClientFailure) -> Answer {
        let socket = try ClientSocket(path: path, patience: patience)
        try socket.write(Self.encode(method, target, accept: accept, body: body, bodyType: bodyType))
        if let meanwhile {
            try socket.wait(meanwhile, until: .now + .seconds(patience))
        } else if let whileSlow {
            try wait(socket, patience: patience, whileSlow)
        }
        let answer = try read(socket, method)
        guard (200..<300).contains(answer.status) else {
            throw ClientJSON.problem(answer.body).map { .problem($0) } ?? .protocolError("HTTP \(answer.status)")
        }
        return answer
    }

    /// The bytes of a request. It doesn't ask the daemon to close the connection, which the client does itself: an answer
    /// with which the connection ends is rendered anew.
    static func encode(
        _ method: String, _ target: String, accept: String?, body: [UInt8] = [], bodyType: String = ""
    ) -> [UInt8] {
        // Octets from the start: for a long text, the runtime has to make types first.
        var request: [UInt8] = []
        func add(_ text: String) { request += text.utf8 }
        add(method)
        add(" ")
        add(target)
        add(" HTTP/1.1\r\nHost: valetkey\r\n")
        if let accept { add("Accept: \(accept)\r\n") }
        if !body.isEmpty { add("Content-Type: \(bodyType)\r\nContent-Length: \(body.count)\r\n") }
        add("\r\n")
        return request + body
    }

    private func wait(
        _ socket: borrowing ClientSocket, patience: Int, _ whileSlow: @escaping (_ seconds: Int?) -> Void
    ) throws(ClientFailure) {
        var seconds = 0
        defer { if seconds > 0 { whileSlow(nil) } }
        let tick = {
            seconds += 1
            whileSlow(seconds)
        }
        try socket.wait(Meanwhile(interrupt: -1, tick: tick), until: .now + .seconds(patience))
    }

    private func read(_ socket: borrowing ClientSocket, _ method: String) throws(ClientFailure) -> Answer {
        var plain = PlainAnswer()
        while true {
            let piece = try socket.read()
            if piece.isEmpty {
                if plain.bytes.isEmpty { throw .hungUp }
                return try parse(plain.bytes, socket, method)
            }
            switch plain.add(piece) {
            case .incomplete: continue
            case .whole(let answer): return answer
            case .unusual: return try parse(plain.bytes, socket, method)
            }
        }
    }

    /// Reads an answer that isn't plain, of which these bytes have arrived.
    private func parse(
        _ start: [UInt8], _ socket: borrowing ClientSocket, _ method: String
    ) throws(ClientFailure) -> Answer {
        var answer = Answer(status: 0)
        let channel = EmbeddedChannel()
        do {
            try channel.expectAnswer(to: method)
        } catch {
            throw .protocolError("\(error)")
        }
        var piece = start
        while true {
            do {
                if piece.isEmpty {
                    _ = try channel.finish()
                } else {
                    try channel.writeInbound(ByteBuffer(bytes: piece))
                }
                while let part = try channel.readInbound(as: HTTPClientResponsePart.self) {
                    switch part {
                    case .head(let head):
                        answer.status = Int(head.status.code)
                        answer.authorization = head.headers.first(name: "authorization")
                    case .body(let bytes): answer.body += bytes.readableBytesView
                    case .end: return answer
                    }
                }
            } catch {
                throw piece.isEmpty ? .hungUp : .protocolError("\(error)")
            }
            if piece.isEmpty { throw .hungUp }
            piece = try socket.read()
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

extension EmbeddedChannel {
    /// The decoder only accepts an answer to a request that it has seen.
    func expectAnswer(to method: String) throws {
        try pipeline.syncOperations.addHTTPClientHandlers()
        let head = HTTPRequestHead(version: .http1_1, method: HTTPMethod(rawValue: method), uri: "/")
        try writeOutbound(HTTPClientRequestPart.head(head))
        try writeOutbound(HTTPClientRequestPart.end(nil))
    }
}

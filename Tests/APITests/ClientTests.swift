import APIClient
import APIContract
import FakeDaemon
import Glibc
import NIOCore
import NIOPosix
import Scratch
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ClientTests {
    /// The result of a client's request to a daemon that sends this answer and closes the connection.
    private func outcome(_ answer: String, patience: Int = 60) async throws -> Result<String, ClientFailure> {
        let folder = try ScratchFolder()
        let socket = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Answering(answer))
                }
            }
            .bind(unixDomainSocketPath: folder.file("s")).get()
        let result = try await offPool {
            Result { () throws(ClientFailure) in
                let answer = try SocketClient(path: folder.file("s")).send("GET", "/token/ads", patience: patience)
                return String(decoding: answer.body, as: UTF8.self)
            }
        }
        try await socket.close()
        return result
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ntoken", "HTTP/1.1 200 OK\r\n\r\ntoken",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nto\r\n3\r\nken\r\n0\r\n\r\n",
    ])
    func `an answer with any framing is read`(answer: String) async throws {
        #expect(try await outcome(answer).get() == "token")
    }

    @Test(arguments: [
        "", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Len", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ntoken",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\ntoken\r\n",
    ])
    func `an incomplete answer is an error`(answer: String) async throws {
        guard case .failure(.hungUp) = try await outcome(answer) else {
            Issue.record("\(try await outcome(answer))")
            return
        }
    }

    @Test(arguments: ["hello", "SSH-2.0-x\r\n\r\n", "HTTP/1.1 banana\r\n\r\n"])
    func `an answer that isn't HTTP is an error`(answer: String) async throws {
        guard case .failure(.protocolError) = try await outcome(answer) else {
            Issue.record("\(try await outcome(answer))")
            return
        }
    }

    @Test func `an error answer without a problem is reported by its status`() async throws {
        let answer = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 5\r\n\r\nsorry"
        guard case .failure(.protocolError("HTTP 502")) = try await outcome(answer) else {
            Issue.record("\(try await outcome(answer))")
            return
        }
    }

    @Test func `a problem is returned with all of its members`() async throws {
        try await withServedDaemon { _, path, _ in
            for (account, expected) in Problem.troubles {
                let failure = await #expect(throws: ClientFailure.self) {
                    try await offPool { _ = try SocketClient(path: path).token(account) }
                }
                guard case .problem(expected) = failure else {
                    Issue.record("\(account): \(failure.debugDescription)")
                    continue
                }
            }
        }
    }

    @Test func `a daemon that isn't running is reported with the reason`() async throws {
        let folder = try ScratchFolder()
        close(try folder.listen("dead"))
        let long = folder.file(String(repeating: "x", count: 108))
        for (path, expected) in [
            (folder.file("nothing"), "No such file or directory"), (folder.file("dead"), "Connection refused"),
            (long, "the path is too long for a socket"),
        ] {
            let failure = #expect(throws: ClientFailure.self) { _ = try SocketClient(path: path).health() }
            guard case .notReachable(path, expected) = failure else {
                Issue.record("\(failure.debugDescription)")
                continue
            }
        }
    }

    @Test func `the client waits as long as its patience, and no longer`() async throws {
        let folder = try ScratchFolder()
        let descriptor = try folder.listen("s")
        defer { close(descriptor) }
        let failure = await #expect(throws: ClientFailure.self) {
            try await offPool { _ = try SocketClient(path: folder.file("s")).send("GET", "/health", patience: 1) }
        }
        guard case .timedOut = failure else {
            Issue.record("\(failure.debugDescription)")
            return
        }
    }
}

private final class Answering: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private let answer: String

    init(_ answer: String) {
        self.answer = answer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
        context.close(promise: nil)
    }
}

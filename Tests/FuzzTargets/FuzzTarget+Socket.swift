import APIServer
import FakeDaemon
import Glibc
import HTTPListener
import NIOCore
import NIOEmbedded

extension FuzzTarget {
    static let socketRequest = FuzzTarget(
        "socket-request",
        samples: [
            "GET /token/ads HTTP/1.1\r\nHost: valetkey\r\nAccept: application/json\r\n\r\n",
            "HEAD /token/team%2fmail?min_ttl=300&fresh=true&wait=0 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
            "POST /accounts/ads/dpop HTTP/1.1\r\nContent-Length: 34\r\n\r\n{\"method\":\"GET\",\"url\":\"https://x\"}",
            "PUT /accounts/ads/ads/customer HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
            "POST /accounts/ads/consent HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}"
                + "GET /health HTTP/1.1\r\n\r\n",
        ]
    ) { (input: [UInt8]) in
        // Once as a whole, and once in two reads.
        for cut in [input.count, input.count / 2] {
            let answers = try exchange([input[..<cut], input[cut...]])
            try hold(answers.isEmpty || answers.hasPrefix("HTTP/1."), "whatever is answered is HTTP")
        }
    }

    private static func exchange(_ reads: [ArraySlice<UInt8>]) throws -> String {
        let channel = EmbeddedChannel()
        let responder = RouteResponder(
            RouteTable(FakeDaemon().routes, version: "9.8.7"),
            caller: Caller(socket: "main", user: geteuid(), group: getegid(), process: getpid()))
        let handlers = HTTPListener.handlers(responder, limits: SocketServer.limits)
        try channel.pipeline.syncOperations.addHandlers(handlers)
        channel.connect(to: try SocketAddress(unixDomainSocketPath: "reader"), promise: nil)
        for read in reads where !read.isEmpty && channel.isActive {
            channel.pipeline.fireChannelRead(ByteBuffer(bytes: read))
            channel.pipeline.fireChannelReadComplete()
            channel.embeddedEventLoop.run()
        }
        var answers = ByteBuffer()
        while var part = try channel.readOutbound(as: ByteBuffer.self) { answers.writeBuffer(&part) }
        _ = try? channel.finish(acceptAlreadyClosed: true)
        return String(buffer: answers)
    }
}

package import NIOCore
package import NIOHTTP1

/// One whole answer.
package struct HTTPAnswer: Sendable {
    package var status: HTTPResponseStatus
    /// Without `Content-Length` and `Connection`: the connection knows those.
    package var headers: HTTPHeaders
    package var body: ByteBuffer

    package init(status: HTTPResponseStatus, headers: HTTPHeaders = [:], body: ByteBuffer = ByteBuffer()) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package init(status: HTTPResponseStatus, headers: HTTPHeaders = [:], text: String) {
        self.init(status: status, headers: headers, body: ByteBuffer(string: text))
    }
}

/// What goes before a body that is sent piece by piece.
package struct HTTPAnswerHead: Sendable {
    package var status: HTTPResponseStatus
    /// Without `Transfer-Encoding` and `Connection`: the connection knows those.
    package var headers: HTTPHeaders

    package init(status: HTTPResponseStatus = .ok, headers: HTTPHeaders = [:]) {
        self.status = status
        self.headers = headers
    }
}

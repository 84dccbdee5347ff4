package import NIOCore
package import NIOHTTP1

/// A complete answer.
package struct HTTPAnswer: Sendable {
    package var status: HTTPResponseStatus
    /// The headers, except `Content-Length` and `Connection`, which the connection adds.
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

/// The status and headers of an answer whose body is streamed.
package struct HTTPAnswerHead: Sendable {
    package var status: HTTPResponseStatus
    /// The headers, except `Transfer-Encoding` and `Connection`, which the connection adds.
    package var headers: HTTPHeaders

    package init(status: HTTPResponseStatus = .ok, headers: HTTPHeaders = [:]) {
        self.status = status
        self.headers = headers
    }
}

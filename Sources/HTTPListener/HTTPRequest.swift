package import NIOCore
package import NIOHTTP1

/// A complete request, head and body, as it was received. Every byte of it is untrusted.
package struct HTTPRequest: Sendable {
    package var head: HTTPRequestHead
    package var body: ByteBuffer?

    package init(head: HTTPRequestHead, body: ByteBuffer?) {
        self.head = head
        self.body = body
    }

    /// The target up to the first `?`.
    package var path: Substring {
        head.uri[..<pathEnd]
    }

    /// The target after the first `?`; empty where there is none.
    package var query: Substring {
        head.uri[pathEnd...].dropFirst()
    }

    private var pathEnd: String.Index {
        head.uri.utf8.firstIndex(of: UInt8(ascii: "?")) ?? head.uri.endIndex
    }
}

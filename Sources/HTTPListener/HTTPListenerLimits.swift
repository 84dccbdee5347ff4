package import NIOCore

/// What a listener puts up with. A client that goes past it is cut off and disturbs nobody else.
package struct HTTPListenerLimits: Sendable {
    /// Bytes of request line and headers together.
    package var headBytes: Int
    /// Bytes of a body.
    package var bodyBytes: Int
    /// From the first bytes of a request to its last, and from the connection's start to its first byte.
    package var requestTime: TimeAmount
    /// How long a kept connection may lie idle between two requests.
    package var idleTime: TimeAmount
    /// Bytes of a streamed answer that a client may leave untaken. The buffers that hold them grow by doubling, so they
    /// cost up to twice as much.
    package var unsentBytes: Int

    package init(
        headBytes: Int, bodyBytes: Int, requestTime: TimeAmount, idleTime: TimeAmount, unsentBytes: Int = 131_072
    ) {
        self.headBytes = headBytes
        self.bodyBytes = bodyBytes
        self.requestTime = requestTime
        self.idleTime = idleTime
        self.unsentBytes = unsentBytes
    }
}

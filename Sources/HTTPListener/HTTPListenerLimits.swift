package import NIOCore

/// The limits for the clients of a listener. A client that exceeds one is cut off; other clients aren't affected.
package struct HTTPListenerLimits: Sendable {
    /// The maximum size of the request line and the headers together, in bytes.
    package var headBytes: Int
    /// The maximum size of a body, in bytes.
    package var bodyBytes: Int
    /// The maximum time from the first byte of a request to its last, and from the start of a connection to its first
    /// byte.
    package var requestTime: TimeAmount
    /// How long a connection may be idle between two requests.
    package var idleTime: TimeAmount
    /// How many bytes of a streamed answer may wait for the client. The buffers that hold them grow by doubling, so
    /// they may need up to twice as much memory.
    package var unsentBytes: Int
    /// How many connections may be open at once; nil sets no limit. A further one takes the place of the oldest that
    /// waits for its client, and is refused where each of them waits for its answer.
    package var connections: Int?

    package init(
        headBytes: Int, bodyBytes: Int, requestTime: TimeAmount, idleTime: TimeAmount, unsentBytes: Int = 131_072,
        connections: Int? = nil
    ) {
        self.headBytes = headBytes
        self.bodyBytes = bodyBytes
        self.requestTime = requestTime
        self.idleTime = idleTime
        self.unsentBytes = unsentBytes
        self.connections = connections
    }
}

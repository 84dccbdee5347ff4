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

    package init(headBytes: Int, bodyBytes: Int, requestTime: TimeAmount, idleTime: TimeAmount) {
        self.headBytes = headBytes
        self.bodyBytes = bodyBytes
        self.requestTime = requestTime
        self.idleTime = idleTime
    }
}

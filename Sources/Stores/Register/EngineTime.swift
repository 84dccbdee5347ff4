/// What one reply says of the engine's time: at some moment between sending the request and receiving the reply, the
/// engine's clock was within the second that its `Date` names (RFC 9110 section 6.6.1).
///
/// This host's times are readings of CLOCK_BOOTTIME, as the time since boot.
package struct EngineTime: Sendable, Hashable {
    /// When this host sent the request.
    package var sent: Duration
    /// When this host had received the reply.
    package var received: Duration
    /// The engine's time in whole seconds since 1970.
    package var seconds: Int64

    package init(seconds: Int64, sent: Duration, received: Duration) {
        self.seconds = seconds
        self.sent = sent
        self.received = max(sent, received)
    }
}

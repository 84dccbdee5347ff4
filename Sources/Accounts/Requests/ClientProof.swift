package import Text

/// How a client shows a server who it is, in one request and in one way (RFC 6749 section 2.3). It may hold a secret.
package enum ClientProof: Sendable {
    /// A public client says its name.
    case name
    case basic(Secret)
    case post(Secret)
    /// A signed assertion (RFC 7523 section 2.2).
    case assertion(Secret)
    /// The TLS handshake has shown it (RFC 8705).
    case certificate
}

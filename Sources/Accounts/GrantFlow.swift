/// The flow by which a client obtains a grant.
package enum GrantFlow: String, Sendable, Hashable, CaseIterable {
    /// The authorization code grant (RFC 6749 section 4.1).
    case code
    /// The device authorization grant (RFC 8628).
    case device
    /// The client acts for itself and nobody consents (RFC 6749 section 4.4, RFC 7523 section 2.1).
    case clientCredentials = "client_credentials"
}

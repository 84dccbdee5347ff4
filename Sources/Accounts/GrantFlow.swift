/// How a grant comes about.
package enum GrantFlow: String, Sendable, Hashable, CaseIterable {
    /// RFC 6749 section 4.1.
    case code
    /// RFC 8628.
    case device
    /// RFC 6749 section 4.4 and RFC 7523 section 2.1: the client acts for itself, and nobody consents.
    case clientCredentials = "client_credentials"
}

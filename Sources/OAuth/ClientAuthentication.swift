/// How a client authenticates at the token endpoint. Raw values are the names of RFC 7591 section 2 and RFC 8705 that
/// metadata and the configuration use.
package enum ClientAuthentication: String, Sendable, Hashable, CaseIterable {
    case none
    case clientSecretBasic = "client_secret_basic"
    case clientSecretPost = "client_secret_post"
    case privateKeyJWT = "private_key_jwt"
    case tlsClientAuth = "tls_client_auth"
    case selfSignedTLSClientAuth = "self_signed_tls_client_auth"

    package var needsSecret: Bool { self == .clientSecretBasic || self == .clientSecretPost }
    package var usesCertificate: Bool { self == .tlsClientAuth || self == .selfSignedTLSClientAuth }
    package var needsKey: Bool { self == .privateKeyJWT || usesCertificate }
}

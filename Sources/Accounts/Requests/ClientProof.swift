import FoundationEssentials
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

extension ClientProof {
    /// What of it stands in the headers of a request, and what in its body.
    func shown(by client: String, encodesBasic: Bool) -> (headers: [FormField], fields: [FormField]) {
        let name = FormField("client_id", client)
        switch self {
        case .basic(let secret):
            let pair = "\(Self.half(client, encodesBasic)):\(Self.half(secret.expose(), encodesBasic))"
            return ([FormField("Authorization", "Basic \(Data(pair.utf8).base64EncodedString())")], [])
        case .post(let secret): return ([], [name, FormField("client_secret", secret.expose())])
        case .assertion(let assertion):
            let type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
            return (
                [],
                [name, FormField("client_assertion_type", type), FormField("client_assertion", assertion.expose())]
            )
        case .name, .certificate: return ([], [name])
        }
    }

    /// Each half is form-encoded before the whole is base64 (RFC 6749 section 2.3.1). A space becomes %20: it reads the
    /// same, also for servers that know no `+`.
    private static func half(_ text: String, _ encodes: Bool) -> String {
        encodes ? FormEncoding.encode(text).replacing("+", with: "%20") : text
    }
}

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
    struct Shown {
        var headers: [FormField] = []
        var fields: [FormField] = []
        /// Those that the headers carry, as they are and as they stand there.
        var secrets: [Secret] = []
    }

    func shown(by client: String, encodesBasic: Bool) -> Shown {
        let name = FormField("client_id", client)
        switch self {
        case .basic(let secret):
            let pair = "\(Self.half(client, encodesBasic)):\(Self.half(secret.expose(), encodesBasic))"
            let credentials = Data(pair.utf8).base64EncodedString()
            return Shown(
                headers: [FormField("Authorization", "Basic \(credentials)")], secrets: [secret, Secret(credentials)])
        case .post(let secret): return Shown(fields: [name, FormField("client_secret", secret.expose())])
        case .assertion(let assertion):
            let type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
            return Shown(fields: [
                name, FormField("client_assertion_type", type), FormField("client_assertion", assertion.expose()),
            ])
        case .name, .certificate: return Shown(fields: [name])
        }
    }

    /// Each half is form-encoded before the whole is base64 (RFC 6749 section 2.3.1). A space becomes %20: it reads the
    /// same, also for servers that know no `+`.
    private static func half(_ text: String, _ encodes: Bool) -> String {
        encodes ? FormEncoding.encode(text).replacing("+", with: "%20") : text
    }
}

import FoundationEssentials
package import Text

/// How a client identifies itself in one request: its authentication, or only its id (RFC 6749 section 2.3). It may
/// contain a secret.
package enum ClientProof: Sendable {
    /// A public client sends only its id.
    case name
    case basic(Secret)
    case post(Secret)
    /// A signed assertion (RFC 7523 section 2.2).
    case assertion(Secret)
    /// The client has authenticated in the TLS handshake (RFC 8705).
    case certificate
}

extension ClientProof {
    /// The parts of the proof in the headers and in the body of a request.
    struct Shown {
        var headers: [FormField] = []
        var fields: [FormField] = []
        /// The secrets in the headers, both plain and as encoded there.
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

    /// Client id and secret are each form-encoded before base64 (RFC 6749 section 2.3.1). A space becomes %20 because
    /// some servers don't decode `+`.
    private static func half(_ text: String, _ encodes: Bool) -> String {
        encodes ? FormEncoding.encode(text).replacing("+", with: "%20") : text
    }
}

import FoundationEssentials
import OAuth
import Text

extension AuthorizationState {
    /// Authenticates the client (RFC 6749 section 2.3). A public client only states its identifier.
    mutating func authenticate(_ form: Form, authorization: String?) throws(ServerRefusal) -> RegisteredClient {
        guard let authorization else {
            guard let id = form["client_id"] else {
                throw ServerRefusal(.invalidClient, "client_id is missing")
            }
            if let assertion = form["client_assertion"] { return try client(id, assertion: assertion, form) }
            return try client(id, secret: form["client_secret"])
        }
        guard form["client_secret"] == nil else {
            throw ServerRefusal(.invalidRequest, "the client authenticates in two ways at once")
        }
        guard let (id, secret) = BasicCredentials.parse(authorization) else {
            throw ServerRefusal(.invalidClient, "the Authorization header is not understood")
        }
        guard form["client_id"] == nil || form["client_id"] == id else {
            throw ServerRefusal(.invalidRequest, "two different clients are named")
        }
        return try client(id, secret: secret)
    }

    private func client(_ id: String, secret: String?) throws(ServerRefusal) -> RegisteredClient {
        guard let client = settings.client(id) else {
            throw ServerRefusal(.invalidClient, "the client is not known or its secret is wrong")
        }
        switch (client.secret, secret) {
        case (nil, nil) where client.keys == nil:
            return client
        case (let known?, let sent?) where known.equalsInConstantTime(Secret(sent)):
            return client
        default:
            throw ServerRefusal(.invalidClient, "the client is not known or its secret is wrong")
        }
    }
}

/// The credentials in an `Authorization: Basic` header, both of which are form-encoded (RFC 6749 section 2.3.1).
enum BasicCredentials {
    static func parse(_ header: String) -> (id: String, secret: String)? {
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "basic", let data = Data(base64Encoded: String(parts[1])),
            let text = String(validating: data, as: UTF8.self), let colon = text.firstIndex(of: ":")
        else { return nil }
        let rest = text[text.index(after: colon)...]
        guard let id = decode(text[..<colon]), let secret = decode(rest) else { return nil }
        return (id, secret)
    }

    private static func decode(_ text: Substring) -> String? {
        guard let fields = FormEncoding.decode("v=" + text), fields.count == 1 else { return nil }
        return fields.first?.value
    }
}

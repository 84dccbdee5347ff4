package import FoundationEssentials

/// The members of a metadata document. A member with an unexpected type counts as absent, and so does an endpoint that
/// isn't https, unless plain http on a loopback host is allowed.
package struct MetadataMembers: Decodable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private let container: KeyedDecodingContainer<Key>

    /// Returns nil if the document doesn't begin with a JSON object.
    package init?(_ document: Data) {
        let object = LeadingObject.data(in: document) ?? document
        guard let members = try? JSONDecoder().decode(MetadataMembers.self, from: object) else { return nil }
        self = members
    }

    package init(from decoder: any Decoder) throws {
        container = try decoder.container(keyedBy: Key.self)
    }

    package func text(_ name: String) -> String? { try? container.decode(String.self, forKey: Key(stringValue: name)) }

    func texts(_ name: String) -> [String]? { try? container.decode([String].self, forKey: Key(stringValue: name)) }

    func flag(_ name: String) -> Bool { (try? container.decode(Bool.self, forKey: Key(stringValue: name))) ?? false }

    /// A number of seconds, also as a text of digits.
    func seconds(_ name: String) -> Double? {
        let key = Key(stringValue: name)
        return (try? container.decode(Double.self, forKey: key)) ?? text(name).flatMap(Double.init)
    }

    func nested(_ name: String) -> MetadataMembers? {
        try? container.decode(MetadataMembers.self, forKey: Key(stringValue: name))
    }

    func url(_ name: String, allowingPlain: Bool) -> EndpointURL? {
        guard let url = text(name).flatMap({ try? EndpointURL($0) }) else { return nil }
        return allowingPlain || url.isEncrypted ? url : nil
    }

    func endpoints(allowingPlain: Bool) -> Endpoints {
        func url(_ name: String) -> EndpointURL? { self.url(name, allowingPlain: allowingPlain) }
        return Endpoints(
            authorization: url("authorization_endpoint"), token: url("token_endpoint"),
            revocation: url("revocation_endpoint"), deviceAuthorization: url("device_authorization_endpoint"),
            pushedAuthorization: url("pushed_authorization_request_endpoint"))
    }
}

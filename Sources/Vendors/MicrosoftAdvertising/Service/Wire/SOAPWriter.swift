import OAuth
import Text

/// Writes SOAP 1.1 envelopes. Elements must be in the order of the schema, or else the service ignores them.
enum SOAPWriter {
    /// - Throws: if a credential has a character that XML can't contain.
    static func envelope(_ operation: CustomerOperation, _ credentials: ServiceCredentials) throws -> String {
        let envelope = XMLNode(
            "s:Envelope",
            [
                ("xmlns:s", Namespace.soap), ("xmlns:v13", Namespace.customer), ("xmlns:e", Namespace.entities),
                ("xmlns:i", Namespace.instance),
            ],
            [XMLNode("s:Header", [], header(credentials)), XMLNode("s:Body", [], [request(operation)])])
        return try #"<?xml version="1.0" encoding="utf-8"?>"# + "\n" + envelope.xml()
    }

    private static func header(_ credentials: ServiceCredentials) -> [XMLNode] {
        let elements: [(String, String?)] = [
            ("v13:AuthenticationToken", credentials.accessToken.expose()),
            ("v13:DeveloperToken", credentials.developerToken.expose()),
            ("v13:IdentityProvider", credentials.identityProvider),
        ]
        return elements.compactMap { name, value in value.map { XMLNode(name, [], $0) } }
    }

    private static func request(_ operation: CustomerOperation) -> XMLNode {
        switch operation {
        case .getUser:
            // With a nil user id, the service returns the user of the token.
            XMLNode("v13:GetUserRequest", [], [XMLNode("v13:UserId", [("i:nil", "true")])])
        case .searchAccounts(let userID, let page):
            XMLNode(
                "v13:SearchAccountsRequest", [],
                [
                    XMLNode(
                        "v13:Predicates", [],
                        [
                            XMLNode(
                                "e:Predicate", [],
                                [
                                    XMLNode("e:Field", [], "UserId"), XMLNode("e:Operator", [], "Equals"),
                                    XMLNode("e:Value", [], userID),
                                ])
                        ]),
                    XMLNode(
                        "v13:PageInfo", [],
                        [XMLNode("e:Index", [], "\(page.index)"), XMLNode("e:Size", [], "\(page.size)")]),
                ])
        }
    }
}

/// The XML namespaces of the Customer Management service.
enum Namespace {
    static let soap = "http://schemas.xmlsoap.org/soap/envelope/"
    static let customer = "https://bingads.microsoft.com/Customer/v13"
    static let entities = "https://bingads.microsoft.com/Customer/v13/Entities"
    static let instance = "http://www.w3.org/2001/XMLSchema-instance"
}

import Foundation
import OAuth
import Text
import XMLCoder

/// Writes SOAP 1.1 envelopes. Elements must be in the order of the schema, or else the service ignores them.
enum SOAPWriter {
    static func envelope(_ operation: CustomerOperation, _ credentials: ServiceCredentials) throws -> Data {
        let encoder = XMLEncoder()
        let envelope = Envelope(header: Header(credentials), body: Body(operation))
        return try encoder.encode(
            envelope, withRootKey: "s:Envelope", header: XMLHeader(version: 1.0, encoding: "utf-8"))
    }

    private struct Envelope: Encodable, DynamicNodeEncoding {
        let soap = Namespace.soap
        let customer = Namespace.customer
        let entities = Namespace.entities
        let instance = Namespace.instance
        let header: Header
        let body: Body

        enum CodingKeys: String, CodingKey {
            case soap = "xmlns:s"
            case customer = "xmlns:v13"
            case entities = "xmlns:e"
            case instance = "xmlns:i"
            case header = "s:Header"
            case body = "s:Body"
        }

        static func nodeEncoding(for key: any CodingKey) -> XMLEncoder.NodeEncoding {
            key.stringValue.hasPrefix("xmlns:") ? .attribute : .element
        }
    }

    private struct Header: Encodable {
        let authenticationToken: String
        let developerToken: String
        let identityProvider: String?

        enum CodingKeys: String, CodingKey {
            case authenticationToken = "v13:AuthenticationToken"
            case developerToken = "v13:DeveloperToken"
            case identityProvider = "v13:IdentityProvider"
        }

        init(_ credentials: ServiceCredentials) {
            authenticationToken = credentials.accessToken.expose()
            developerToken = credentials.developerToken.expose()
            identityProvider = credentials.identityProvider
        }
    }

    private struct Body: Encodable {
        var getUser: GetUser?
        var searchAccounts: SearchAccounts?

        enum CodingKeys: String, CodingKey {
            case getUser = "v13:GetUserRequest"
            case searchAccounts = "v13:SearchAccountsRequest"
        }

        init(_ operation: CustomerOperation) {
            switch operation {
            case .getUser: getUser = GetUser()
            case .searchAccounts(let userID, let page): searchAccounts = SearchAccounts(userID: userID, page: page)
            }
        }
    }

    /// With a nil user id, the service returns the user of the token.
    private struct GetUser: Encodable {
        let userID = Nil()

        enum CodingKeys: String, CodingKey { case userID = "v13:UserId" }
    }

    private struct Nil: Encodable, DynamicNodeEncoding {
        let isNil = true

        enum CodingKeys: String, CodingKey { case isNil = "i:nil" }

        static func nodeEncoding(for key: any CodingKey) -> XMLEncoder.NodeEncoding { .attribute }
    }

    private struct SearchAccounts: Encodable {
        let predicates: Predicates
        let pageInfo: PageInfo

        enum CodingKeys: String, CodingKey {
            case predicates = "v13:Predicates"
            case pageInfo = "v13:PageInfo"
        }

        init(userID: String, page: CustomerOperation.Page) {
            predicates = Predicates(predicate: Predicate(value: userID))
            pageInfo = PageInfo(index: page.index, size: page.size)
        }
    }

    private struct Predicates: Encodable {
        let predicate: Predicate

        enum CodingKeys: String, CodingKey { case predicate = "e:Predicate" }
    }

    private struct Predicate: Encodable {
        let field = "UserId"
        let comparison = "Equals"
        let value: String

        enum CodingKeys: String, CodingKey {
            case field = "e:Field"
            case comparison = "e:Operator"
            case value = "e:Value"
        }
    }

    private struct PageInfo: Encodable {
        let index: Int
        let size: Int

        enum CodingKeys: String, CodingKey {
            case index = "e:Index"
            case size = "e:Size"
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

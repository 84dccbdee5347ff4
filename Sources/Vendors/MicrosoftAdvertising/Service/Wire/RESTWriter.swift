import FoundationEssentials

/// Writes the JSON bodies of REST requests.
enum RESTWriter {
    static func body(_ operation: CustomerOperation) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        switch operation {
        case .getUser: return try encoder.encode(GetUser())
        case .searchAccounts(let userID, let page): return try encoder.encode(Search(userID: userID, page: page))
        }
    }

    private struct GetUser: Encodable {
        enum CodingKeys: String, CodingKey { case userID = "UserId" }

        func encode(to encoder: any Encoder) throws {
            var members = encoder.container(keyedBy: CodingKeys.self)
            try members.encodeNil(forKey: .userID)
        }
    }

    private struct Search: Encodable {
        let predicates: [Predicate]
        let pageInfo: PageInfo

        enum CodingKeys: String, CodingKey {
            case predicates = "Predicates"
            case pageInfo = "PageInfo"
        }

        init(userID: String, page: CustomerOperation.Page) {
            predicates = [Predicate(value: userID)]
            pageInfo = PageInfo(index: page.index, size: page.size)
        }
    }

    private struct Predicate: Encodable {
        let field = "UserId"
        let comparison = "Equals"
        let value: String

        enum CodingKeys: String, CodingKey {
            case field = "Field"
            case comparison = "Operator"
            case value = "Value"
        }
    }

    private struct PageInfo: Encodable {
        let index: Int
        let size: Int

        enum CodingKeys: String, CodingKey {
            case index = "Index"
            case size = "Size"
        }
    }
}

import FoundationEssentials
import OAuth
import Text

/// Parses the JSON of REST replies.
enum RESTReader {
    static func fault(_ bytes: [UInt8], status: Int) -> ServiceFault? {
        guard let wire = try? JSONDecoder().decode(Fault.self, from: Data(bytes)) else { return nil }
        var entries = wire.entries
        // A gateway in front of the service, or a newer version of the service, may use other members for a refusal.
        if entries.isEmpty, !(200..<300).contains(status), let said = StatedRefusal(bytes) {
            entries = [ServiceFault.Entry(code: nil, name: said.name, message: said.explanation)]
        }
        return entries.isEmpty ? nil : ServiceFault(status: status, entries: entries, trackingID: wire.trackingID)
    }

    static func user(_ bytes: [UInt8]) throws -> AdvertisingUser {
        let reply = try JSONDecoder().decode(GetUser.self, from: Data(bytes))
        guard reply.user.id != nil else { throw MissingElement() }
        var user = reply.user.user
        user.roles = reply.roles?.compactMap(\.role) ?? []
        return user
    }

    static func accounts(_ bytes: [UInt8]) throws -> [AdvertiserAccount] {
        let reply = try JSONDecoder().decode(SearchAccounts.self, from: Data(bytes))
        return try SOAPReader.whole(reply.accounts?.map { $0?.account } ?? [])
    }

    private struct GetUser: Decodable {
        var user: WireUser
        var roles: [WireRole]?

        enum CodingKeys: String, CodingKey {
            case user = "User"
            case roles = "CustomerRoles"
        }
    }

    private struct SearchAccounts: Decodable {
        var accounts: [WireAccount?]?

        enum CodingKeys: String, CodingKey { case accounts = "Accounts" }

        /// An empty list may be null, but the member must be present.
        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: CodingKeys.self)
            guard members.contains(.accounts) else { throw MissingElement() }
            accounts = try members.decodeIfPresent([WireAccount?].self, forKey: .accounts)
        }
    }

    /// `AdApiFaultDetail`, `ApiFault` and `ApiBatchFault`, which differ in the names of their lists.
    private struct Fault: Decodable {
        var trackingID: String?
        var entries: [ServiceFault.Entry]

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: FaultMember.self)
            trackingID = members.text(.trackingID)
            entries = FaultMember.lists.flatMap { key -> [ServiceFault.Entry] in
                let list = try? members.decodeIfPresent([WireError?].self, forKey: key)
                return (list ?? [])?.compactMap { $0?.entry } ?? []
            }
        }
    }
}

/// Parses SOAP 1.1 replies.
enum SOAPReader {
    /// The content of an envelope: a fault, a user or a list of accounts.
    struct Content {
        var trackingID: String?
        var fault: ServiceFault?
        var user: AdvertisingUser?
        var accounts: [AdvertiserAccount]?
    }

    /// Throws the parser's error, which may quote the body: don't show it to people.
    static func read(_ bytes: [UInt8], status: Int) throws -> Content {
        let envelope = try SOAPElementDecoder.decode(Envelope.self, from: XMLParsing.root(of: bytes))
        let body = envelope.body
        let trackingID = envelope.header?.trackingID
        return Content(
            trackingID: trackingID, fault: body.fault?.serviceFault(status: status, trackingID: trackingID),
            user: body.getUser?.user, accounts: body.searchAccounts.map(\.accounts))
    }

    private struct Envelope: Decodable {
        var header: Header?
        var body: Body

        enum CodingKeys: String, CodingKey {
            case header = "Header"
            case body = "Body"
        }
    }

    private struct Header: Decodable {
        var trackingID: String?

        enum CodingKeys: String, CodingKey { case trackingID = "TrackingId" }

        init(from decoder: any Decoder) throws {
            trackingID = try decoder.container(keyedBy: CodingKeys.self).text(.trackingID)
        }
    }

    private struct Body: Decodable {
        var fault: Fault?
        var getUser: GetUserResponse?
        var searchAccounts: SearchAccountsResponse?

        enum CodingKeys: String, CodingKey {
            case fault = "Fault"
            case getUser = "GetUserResponse"
            case searchAccounts = "SearchAccountsResponse"
        }
    }

    private struct GetUserResponse: Decodable {
        var user: AdvertisingUser?

        enum CodingKeys: String, CodingKey {
            case user = "User"
            case roles = "CustomerRoles"
        }

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: CodingKeys.self)
            let wire = try members.decodeIfPresent(WireUser.self, forKey: .user)
            guard wire?.id != nil else { return }
            user = wire?.user
            user?.roles = try members.decodeIfPresent(Roles.self, forKey: .roles)?.roles?.compactMap(\.role) ?? []
        }
    }

    private struct Roles: Decodable {
        var roles: [WireRole]?

        enum CodingKeys: String, CodingKey { case roles = "CustomerRole" }
    }

    private struct SearchAccountsResponse: Decodable {
        var accounts: [AdvertiserAccount]

        enum CodingKeys: String, CodingKey { case accounts = "Accounts" }

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: CodingKeys.self)
            let wire = try members.decodeIfPresent(Accounts.self, forKey: .accounts)?.accounts
            accounts = try SOAPReader.whole(wire?.map(\.account) ?? [])
        }
    }

    private struct Accounts: Decodable {
        var accounts: [WireAccount]?

        enum CodingKeys: String, CodingKey { case accounts = "AdvertiserAccount" }
    }

    /// Throws if an account has no id, because leaving it out would silently shorten the list.
    static func whole(_ accounts: [AdvertiserAccount?]) throws(MissingElement) -> [AdvertiserAccount] {
        let whole = accounts.compactMap(\.self)
        guard whole.count == accounts.count else { throw MissingElement() }
        return whole
    }
}

struct MissingElement: Error {}

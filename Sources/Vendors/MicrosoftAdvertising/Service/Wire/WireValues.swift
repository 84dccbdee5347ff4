import OAuth
import Text

/// A string that JSON may also contain as a number: ids are strings in REST, and used to be numbers elsewhere.
struct WireText: Decodable {
    var text: String

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        text = try (try? value.decode(String.self)) ?? String(value.decode(Int64.self))
    }
}

extension KeyedDecodingContainer {
    /// The member as text, cleaned for display; nil if it is absent, null, empty or of another type.
    func text(_ key: Key) -> String? {
        let text = (try? decodeIfPresent(WireText.self, forKey: key))?.text
        return text.map { UntrustedText.clean($0, limit: 200) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The member as an id; nil if it isn't a number.
    func id(_ key: Key) -> String? {
        text(key).flatMap { Int64($0).map(String.init) }
    }
}

/// A user, in SOAP or REST. Other members of the reply, such as `AuthenticationToken`, aren't read.
struct WireUser: Decodable {
    var id: String?
    var user: AdvertisingUser

    enum CodingKeys: String, CodingKey {
        case id = "Id"
        case userName = "UserName"
        case name = "Name"
        case customerID = "CustomerId"
        case status = "UserLifeCycleStatus"
    }

    struct Name: Decodable {
        var first: String?
        var last: String?

        enum CodingKeys: String, CodingKey {
            case first = "FirstName"
            case last = "LastName"
        }

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: CodingKeys.self)
            first = members.text(.first)
            last = members.text(.last)
        }
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        let name = try? members.decodeIfPresent(Name.self, forKey: .name)
        id = members.id(.id)
        user = AdvertisingUser(
            id: id ?? "", userName: members.text(.userName), firstName: name?.first, lastName: name?.last,
            customerID: members.id(.customerID), status: members.text(.status))
    }
}

/// A role, in SOAP or REST.
struct WireRole: Decodable {
    var role: CustomerRole?

    enum CodingKeys: String, CodingKey {
        case role = "RoleId"
        case customerID = "CustomerId"
        case accountIDs = "AccountIds"
        case linkedAccountIDs = "LinkedAccountIds"
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        guard let id = members.id(.role).flatMap(Int.init), let customer = members.id(.customerID) else { return }
        func ids(_ key: CodingKeys) -> [String] {
            ((try? members.decodeIfPresent(WireIDs.self, forKey: key)) ?? nil)?.ids ?? []
        }
        role = CustomerRole(
            customerID: customer, roleID: id, accountIDs: ids(.accountIDs), linkedAccountIDs: ids(.linkedAccountIDs))
    }
}

/// A list of ids: `long` elements in SOAP, an array in REST.
struct WireIDs: Decodable {
    var ids: [String]

    enum CodingKeys: String, CodingKey { case long }

    init(from decoder: any Decoder) throws {
        let elements: [WireText]
        if let members = try? decoder.container(keyedBy: CodingKeys.self) {
            elements = try members.decodeIfPresent([WireText].self, forKey: .long) ?? []
        } else {
            elements = try decoder.singleValueContainer().decode([WireText].self)
        }
        ids = elements.compactMap { Int64($0.text).map(String.init) }
    }
}

/// An account, in SOAP or REST.
struct WireAccount: Decodable {
    var account: AdvertiserAccount?

    enum CodingKeys: String, CodingKey {
        case id = "Id"
        case number = "Number"
        case name = "Name"
        case customerID = "ParentCustomerId"
        case status = "AccountLifeCycleStatus"
        case currency = "CurrencyCode"
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        guard let id = members.id(.id) else { return }
        account = AdvertiserAccount(
            id: id, number: members.text(.number), name: members.text(.name), customerID: members.id(.customerID),
            status: members.text(.status), currency: members.text(.currency))
    }
}

/// The members of a fault's detail that distinguish the kinds of faults.
enum FaultMember: String, CodingKey {
    case trackingID = "TrackingId"
    case errors = "Errors"
    case operationErrors = "OperationErrors"
    case batchErrors = "BatchErrors"

    static let lists = [errors, operationErrors, batchErrors]
}

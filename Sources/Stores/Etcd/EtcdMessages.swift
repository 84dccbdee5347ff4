import FoundationEssentials
import Register

// The messages of etcd's JSON gateway, as far as they are used. Octets are in base64, 64-bit numbers are strings, and
// what is 0, false or empty is left out.

/// A 64-bit number. Written as a string, read as a string or a number.
struct WireNumber: Codable, Hashable {
    var value: Int64

    init(_ value: Int64) {
        self.value = value
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Int64.self) {
            value = number
            return
        }
        guard let number = Int64(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no number")
        }
        value = number
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(String(value))
    }
}

/// Octets, such as keys and values.
struct WireOctets: Codable, Hashable {
    var octets: [UInt8]

    init(_ octets: some Sequence<UInt8>) {
        self.octets = Array(octets)
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let data = Data(base64Encoded: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no base64")
        }
        octets = Array(data)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Data(octets).base64EncodedString())
    }
}

struct RangeRequest: Encodable {
    var key: WireOctets
    var rangeEnd: WireOctets?
    var limit: WireNumber?
    var sortOrder: String?
    var sortTarget: String?
    var keysOnly: Bool?
    /// What was there then; nil for now.
    var revision: WireNumber?

    enum CodingKeys: String, CodingKey {
        case key, limit, revision
        case rangeEnd = "range_end"
        case sortOrder = "sort_order"
        case sortTarget = "sort_target"
        case keysOnly = "keys_only"
    }

    /// All keys below a name: a slash is the octet before a zero.
    static func below(_ name: RegisterName) -> RangeRequest {
        RangeRequest(key: WireOctets(name.prefix.utf8), rangeEnd: WireOctets("\(name.text)0".utf8))
    }

    /// The key below a name that was written last, without its value.
    static func newest(below name: RegisterName) -> RangeRequest {
        var request = below(name)
        (request.limit, request.keysOnly) = (WireNumber(1), true)
        (request.sortOrder, request.sortTarget) = ("DESCEND", "MOD")
        return request
    }
}

struct WireHeader: Decodable {
    var revision: WireNumber?
}

struct WireEntry: Decodable {
    var key: WireOctets
    var value: WireOctets?
    var modRevision: WireNumber?

    enum CodingKeys: String, CodingKey {
        case key, value
        case modRevision = "mod_revision"
    }

    /// nil where the name isn't UTF-8: no host of ours has written it.
    var name: RegisterName? { String(validating: key.octets, as: UTF8.self).map(RegisterName.init) }

    var revision: RegisterRevision { RegisterRevision(modRevision?.value ?? 0) }

    var content: RegisterContent { RegisterContent(value?.octets ?? [], revision: revision) }
}

struct RangeReply: Decodable {
    var header: WireHeader
    var kvs: [WireEntry]?
}

/// Writes a value if its key still has the revision; reads it otherwise.
struct WriteRequest: Encodable {
    struct Compare: Encodable {
        var key: WireOctets
        var target = "MOD"
        var result = "EQUAL"
        var modRevision: WireNumber

        enum CodingKeys: String, CodingKey {
            case key, target, result
            case modRevision = "mod_revision"
        }
    }

    struct Put: Encodable {
        struct Content: Encodable {
            var key: WireOctets
            var value: WireOctets
        }

        var requestPut: Content

        enum CodingKeys: String, CodingKey { case requestPut = "request_put" }
    }

    struct Read: Encodable {
        var requestRange: RangeRequest

        enum CodingKeys: String, CodingKey { case requestRange = "request_range" }
    }

    var compare: [Compare]
    var success: [Put]
    var failure: [Read]

    init(_ value: [UInt8], to name: RegisterName, ifRevision expected: RegisterRevision) {
        let key = WireOctets(name.text.utf8)
        compare = [Compare(key: key, modRevision: WireNumber(expected.number))]
        success = [Put(requestPut: Put.Content(key: key, value: WireOctets(value)))]
        failure = [Read(requestRange: RangeRequest(key: key))]
    }
}

/// Removes a key if it still has the revision.
struct EraseRequest: Encodable {
    struct Deletion: Encodable {
        struct Range: Encodable {
            var key: WireOctets
        }

        var requestDeleteRange: Range

        enum CodingKeys: String, CodingKey { case requestDeleteRange = "request_delete_range" }
    }

    var compare: [WriteRequest.Compare]
    var success: [Deletion]

    init(_ name: RegisterName, ifRevision expected: RegisterRevision) {
        let key = WireOctets(name.text.utf8)
        compare = [WriteRequest.Compare(key: key, modRevision: WireNumber(expected.number))]
        success = [Deletion(requestDeleteRange: Deletion.Range(key: key))]
    }
}

struct WriteReply: Decodable {
    struct Response: Decodable {
        struct Range: Decodable {
            var kvs: [WireEntry]?
        }

        var responseRange: Range?

        enum CodingKeys: String, CodingKey { case responseRange = "response_range" }
    }

    var header: WireHeader
    var succeeded: Bool?
    var responses: [Response]?
}

struct WatchRequest: Encodable {
    struct Creation: Encodable {
        var key: WireOctets
        var rangeEnd: WireOctets?
        var startRevision: WireNumber

        enum CodingKeys: String, CodingKey {
            case key
            case rangeEnd = "range_end"
            case startRevision = "start_revision"
        }
    }

    var createRequest: Creation

    enum CodingKeys: String, CodingKey { case createRequest = "create_request" }

    init(below name: RegisterName, after revision: RegisterRevision) {
        let range = RangeRequest.below(name)
        createRequest = Creation(
            key: range.key, rangeEnd: range.rangeEnd, startRevision: WireNumber(revision.number + 1))
    }
}

/// One line of a watch.
struct WatchLine: Decodable {
    struct Event: Decodable {
        var type: String?
        var kv: WireEntry
    }

    struct Result: Decodable {
        var header: WireHeader?
        var created: Bool?
        var canceled: Bool?
        var cancelReason: String?
        var compactRevision: WireNumber?
        var events: [Event]?

        enum CodingKeys: String, CodingKey {
            case header, created, canceled, events
            case cancelReason = "cancel_reason"
            case compactRevision = "compact_revision"
        }
    }

    struct Fault: Decodable {
        var message: String?
    }

    var result: Result?
    var error: Fault?
}

struct AuthenticationRequest: Encodable {
    var name: String
    var password: String
}

struct AuthenticationReply: Decodable {
    var token: String
}

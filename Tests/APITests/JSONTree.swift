/// Any JSON document, for inspection.
enum JSONTree: Decodable, Hashable {
    case null
    case boolean(Bool)
    case integer(Int)
    case string(String)
    case array([JSONTree])
    case object([String: JSONTree])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let boolean = try? container.decode(Bool.self) {
            self = .boolean(boolean)
        } else if let integer = try? container.decode(Int.self) {
            self = .integer(integer)
        } else if let string = try? container.decode(String.self) {
            self = .string(string)
        } else if let array = try? container.decode([JSONTree].self) {
            self = .array(array)
        } else {
            self = .object(try container.decode([String: JSONTree].self))
        }
    }

    subscript(_ path: String...) -> JSONTree? {
        path.reduce(self) { tree, name in
            if case .object(let members) = tree { members[name] } else { nil }
        }
    }

    var string: String? {
        if case .string(let string) = self { string } else { nil }
    }

    var integer: Int? {
        if case .integer(let integer) = self { integer } else { nil }
    }

    var elements: [JSONTree] {
        if case .array(let elements) = self { elements } else { [] }
    }

    var members: [String: JSONTree] {
        if case .object(let members) = self { members } else { [:] }
    }

    /// This value and all values inside it.
    var all: [JSONTree] {
        [self] + elements.flatMap(\.all) + members.values.flatMap(\.all)
    }
}

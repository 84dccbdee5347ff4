import FoundationEssentials

/// The JSON object of a reply, decoded member by member with any value types: no standard fixes the names and types of
/// what servers send besides the tokens.
struct ReplyObject: Sendable, Decodable {
    indirect enum Value: Sendable, Decodable {
        case text(String)
        case number(Double)
        case flag(Bool)
        case list([Value])
        case object([String: Value])
        case null

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let text = try? value.decode(String.self) {
                self = .text(text)
            } else if let flag = try? value.decode(Bool.self) {
                self = .flag(flag)
            } else if let number = try? value.decode(Double.self) {
                self = .number(number)
            } else if let list = try? value.decode([Value].self) {
                self = .list(list)
            } else if let object = try? value.decode([String: Value].self) {
                self = .object(object)
            } else {
                self = .null
            }
        }
    }

    let members: [String: Value]

    init(members: [String: Value]) {
        self.members = members
    }

    init(from decoder: any Decoder) throws {
        members = try decoder.singleValueContainer().decode([String: Value].self)
    }

    /// Returns nil if the body doesn't begin with an object.
    init?(_ body: Data) {
        guard let data = LeadingObject.data(in: body),
            let object = try? JSONDecoder().decode(ReplyObject.self, from: data)
        else { return nil }
        self = object
    }

    /// Returns nil if the member is absent, empty or not a string.
    func text(_ name: String) -> String? {
        guard case .text(let text) = members[name], !text.isEmpty else { return nil }
        return text
    }

    /// The object at the end of a path of members; the whole object if the path doesn't exist.
    func placed(at path: [String]) -> ReplyObject {
        var object = self
        for name in path {
            guard let next = object.nested(name) else { return self }
            object = next
        }
        return object
    }

    func nested(_ name: String) -> ReplyObject? {
        guard case .object(let members) = members[name] else { return nil }
        return ReplyObject(members: members)
    }
}

extension ReplyObject.Value {
    var text: String? { if case .text(let text) = self { text } else { nil } }

    /// All objects of a list, or this value itself if it is an object.
    var objects: [ReplyObject] {
        switch self {
        case .object(let members): [ReplyObject(members: members)]
        case .list(let values): values.flatMap(\.objects)
        default: []
        }
    }

    /// All strings in the object, ordered by member name, down to `depth` levels.
    func texts(depth: Int = 4) -> [String] {
        guard depth > 0 else { return [] }
        return switch self {
        case .text(let text): [text]
        case .list(let values): values.flatMap { $0.texts(depth: depth - 1) }
        case .object(let members): members.sorted { $0.key < $1.key }.flatMap { $0.value.texts(depth: depth - 1) }
        case .number, .flag, .null: []
        }
    }
}

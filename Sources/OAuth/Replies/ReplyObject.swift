import FoundationEssentials
import Text

/// The object in a reply, member by member with any value types: no standard fixes the names and types of what servers
/// send besides the tokens.
struct ReplyObject: Sendable {
    indirect enum Value: Sendable {
        case text(String)
        case number(Double, literal: String)
        case flag(Bool)
        case list([Value])
        case object([String: Value])
        case null
    }

    let members: [String: Value]
    /// Whether the object's end was read. Otherwise the reply was cut.
    let isWhole: Bool

    init(members: [String: Value], isWhole: Bool = true) {
        self.members = members
        self.isWhole = isWhole
    }

    /// Reads JSON, a form or XML; returns nil if the body is none of them.
    init?(_ body: Data) {
        let bytes = LeadingObject.utf8(body)
        guard let object = Self.json(bytes) ?? Self.form(bytes) ?? Markup(bytes)?.object else { return nil }
        self = object
    }

    /// The first object that contains a token or is free of errors; if there is none, the first that has a member.
    private static func json(_ bytes: [UInt8]) -> ReplyObject? {
        guard let first = LeadingObject.start(of: bytes) else { return nil }
        var best: ReplyObject?
        var next = first
        for _ in 0..<LeadingObject.mostStarts {
            guard let start = bytes[next...].firstIndex(of: UInt8(ascii: "{")) else { break }
            var reader = LenientJSON(bytes[start...])
            let object = ReplyObject(members: reader.readObject(), isWhole: reader.isWhole)
            if object.holdsToken() || (reader.isStrict && (start == first || !object.members.isEmpty)) { return object }
            if best == nil, !object.members.isEmpty { best = object }
            next = reader.place
        }
        return best
    }

    /// Some servers reply with a form whatever the request accepts.
    private static func form(_ bytes: [UInt8]) -> ReplyObject? {
        guard LeadingObject.start(of: bytes) != nil, bytes.count < 1 << 16 else { return nil }
        let text = String(decoding: bytes, as: UTF8.self).unblanked
        guard let fields = FormEncoding.decode(text) else { return nil }
        let members = fields.map { ($0.name, Value.text($0.value)) }
        let object = ReplyObject(members: Dictionary(members) { first, _ in first })
        return object.text("access_token") ?? object.text("refresh_token") ?? object.text("error") == nil ? nil : object
    }

    private func holdsToken(depth: Int = 4) -> Bool {
        if token("access_token") != nil || token("refresh_token") != nil { return true }
        return depth > 0 && members.values.contains { $0.objects.contains { $0.holdsToken(depth: depth - 1) } }
    }

    /// Returns nil if the member is absent, empty or not a string.
    func text(_ name: String) -> String? {
        guard case .text(let text) = members[name], !text.isEmpty else { return nil }
        return text
    }

    /// The token in this member; nil if there is none. Some servers write a number, or a list of one string.
    func token(_ name: String) -> String? { member(name)?.token }

    /// The member of this name in any spelling, such as `refreshToken`; the exact one if both are there.
    private func member(_ name: String) -> Value? {
        if let exact = members[name], !exact.isEmpty { return exact }
        let bare = Self.bare(name)
        return members.filter { Self.bare($0.key) == bare && !$0.value.isEmpty }.min { $0.key < $1.key }?.value
    }

    /// A member's name in lower case and without separators.
    static func bare(_ name: String) -> String { String(name.lowercased().filter { $0 != "_" && $0 != "-" }) }

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

    /// Whether this is null or an empty string.
    var isEmpty: Bool {
        switch self {
        case .null: true
        case .text(let text): text.isEmpty
        default: false
        }
    }

    fileprivate var token: String? {
        switch self {
        case .text(let text): text.isEmpty ? nil : text
        case .number(_, let literal): literal.allSatisfy(\.isNumber) ? literal : nil
        case .list(let values): values.count == 1 ? values[0].token : nil
        case .flag, .object, .null: nil
        }
    }

    /// All objects of a list, or this value itself if it is an object.
    var objects: [ReplyObject] {
        switch self {
        case .object(let members): [ReplyObject(members: members)]
        case .list(let values): values.flatMap(\.objects)
        default: []
        }
    }

    /// All member names in the object, down to `depth` levels.
    func names(depth: Int = 4) -> [String] {
        guard depth > 0 else { return [] }
        return switch self {
        case .list(let values): values.flatMap { $0.names(depth: depth - 1) }
        case .object(let members): members.flatMap { [$0.key] + $0.value.names(depth: depth - 1) }
        case .text, .number, .flag, .null: []
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

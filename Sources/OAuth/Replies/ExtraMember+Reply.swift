package import Text

extension [String: ExtraMember] {
    private static var limit: Int { 32 }
    private static var longestName: Int { 64 }

    /// Keeps the reply's scalar members, up to a limit: none that the protocol defines, and none that is or contains a
    /// secret.
    init(_ reply: ReplyObject, without mask: SecretMask) {
        self = [:]
        for (name, value) in reply.members.sorted(by: { $0.key < $1.key }) where count < Self.limit {
            guard Self.mayBeKept(name), !mask.finds(in: name), let extra = ExtraMember(value) else { continue }
            if case .text(let text) = extra, mask.finds(in: text) { continue }
            self[name] = extra
        }
    }

    /// Keeps the fields of an authorization response whose names the protocol doesn't define.
    package init(_ fields: [FormField], without mask: SecretMask) {
        var members: [String: ReplyObject.Value] = [:]
        for field in fields where members[field.name] == nil { members[field.name] = .text(field.value) }
        self.init(ReplyObject(members: members), without: mask)
    }

    private static func mayBeKept(_ name: String) -> Bool {
        let bare = name.lowercased()
        return !name.isEmpty && name.utf8.count <= longestName && name.isPrintable
            && !ProtocolParameters.inReplies.contains(bare) && !ReplyLifetimes.isLifetime(name)
            && !["token", "secret", "password", "assertion", "private_key"].contains(where: bare.contains)
    }
}

extension ExtraMember {
    private static let longestText = 1024

    fileprivate init?(_ value: ReplyObject.Value) {
        switch value {
        case .text(let text):
            guard text.utf8.count <= Self.longestText else { return nil }
            self = .text(text)
        case .number(let number, _):
            guard number.isFinite else { return nil }
            self = Int64(exactly: number).map { .whole($0) } ?? .number(number)
        case .flag(let flag): self = .flag(flag)
        case .list, .object, .null: return nil
        }
    }
}

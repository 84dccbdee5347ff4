/// The JSON form of a value: the part of JSON Schema that the contract needs.
package indirect enum Schema: Sendable, Hashable {
    case string
    case integer
    case boolean
    /// An RFC 3339 date and time, as a string.
    case date
    /// One of these strings.
    case words([String])
    case list(Schema)
    /// An object whose members are described elsewhere.
    case anyObject
    case object(ObjectSchema)
}

/// A JSON object with a name of its own in `/openapi.json`.
package struct ObjectSchema: Sendable, Hashable {
    package struct Member: Sendable, Hashable {
        package let name: String
        package let schema: Schema
        package let isRequired: Bool
        package let summary: String?
    }

    package let name: String
    package let summary: String
    package let members: [Member]

    package init(_ name: String, _ summary: String, _ members: [Member]) {
        self.name = name
        self.summary = summary
        self.members = members
    }
}

extension ObjectSchema.Member {
    /// A member that is always there.
    package static func always(_ name: String, _ schema: Schema, _ summary: String? = nil) -> Self {
        Self(name: name, schema: schema, isRequired: true, summary: summary)
    }

    /// A member that may be left out; it is never null.
    package static func maybe(_ name: String, _ schema: Schema, _ summary: String? = nil) -> Self {
        Self(name: name, schema: schema, isRequired: false, summary: summary)
    }
}

/// A type that is sent over the socket as a JSON object.
package protocol ContractType: Codable, Sendable {
    static var schema: ObjectSchema { get }
}

/// A type that a request carries as its body.
package protocol RequestBody: ContractType {
    /// The value that stands for a missing body; nil where the body is required.
    static var absent: Self? { get }
}

extension RequestBody {
    package static var absent: Self? { nil }

    /// Whether a request must have this body.
    package static var isRequired: Bool { absent == nil }
}

extension Schema {
    package static func words<Word: CaseIterable & RawRepresentable<String>>(_ type: Word.Type) -> Schema {
        .words(type.allCases.map(\.rawValue))
    }
}

/// The schema of a JSON value: the subset of JSON Schema that the contract needs.
package indirect enum Schema: Sendable, Hashable {
    case string
    case integer
    case boolean
    /// An RFC 3339 date and time, as a string.
    case date
    /// One of these strings.
    case words([String])
    case list(Schema)
    /// An object with any members.
    case anyObject
    case object(ObjectSchema)
}

/// An object type that has a name of its own in `/openapi.json`.
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
    /// A member that is always present.
    package static func always(_ name: String, _ schema: Schema, _ summary: String? = nil) -> Self {
        Self(name: name, schema: schema, isRequired: true, summary: summary)
    }

    /// An optional member; if present, it isn't null.
    package static func maybe(_ name: String, _ schema: Schema, _ summary: String? = nil) -> Self {
        Self(name: name, schema: schema, isRequired: false, summary: summary)
    }
}

/// A type that is transferred over the socket as a JSON object.
package protocol ContractType: Codable, Sendable {
    static var schema: ObjectSchema { get }
}

/// A type that requests carry as their body.
package protocol RequestBody: ContractType {
    /// The value to use if the request has no body; nil if a body is required.
    static var absent: Self? { get }
}

extension RequestBody {
    package static var absent: Self? { nil }

    /// Whether a request must have a body.
    package static var isRequired: Bool { absent == nil }
}

extension Schema {
    package static func words<Word: CaseIterable & RawRepresentable<String>>(_ type: Word.Type) -> Schema {
        .words(type.allCases.map(\.rawValue))
    }
}

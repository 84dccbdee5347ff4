import Text

/// The headers of a refusal that say what its body may leave out.
package struct ReplyHeaders: Sendable {
    /// The headers to ask the transport for.
    package static let names = ["WWW-Authenticate"] + waits

    /// The headers that state when to try again, besides `Retry-After`.
    private static let waits = [
        "Retry-After-Ms", "X-Retry-After", "X-RateLimit-Reset-After", "X-RateLimit-Reset", "X-Rate-Limit-Reset",
        "RateLimit-Reset", "RateLimit",
    ]

    private let values: [String: String]

    init(_ values: [String: String]) {
        self.values = values
    }

    /// The waits that the headers state, by header.
    var waits: [(name: String, value: String)] {
        Self.waits.compactMap { name in values[name].map { (name, $0) } }
    }

    /// Returns the reply with the error of a challenge (RFC 6750 section 3), if the reply states none.
    func completing(_ reply: ReplyObject?) -> ReplyObject? {
        guard reply?.members["error"] == nil, let challenge = values["WWW-Authenticate"],
            let error = Self.parameter("error", of: challenge)
        else { return reply }
        var members = reply?.members ?? [:]
        members["error"] = .text(error)
        if let description = Self.parameter("error_description", of: challenge) {
            members["error_description"] = members["error_description"] ?? .text(description)
        }
        return ReplyObject(members: members, isWhole: reply?.isWhole ?? true)
    }

    /// The value of a parameter, in quotes or without.
    static func parameter(_ name: String, of header: String) -> String? {
        var rest = header[...]
        while let found = rest.firstRange(of: "\(name)=") {
            let before = rest[..<found.lowerBound].last
            let value = rest[found.upperBound...]
            if before.map({ " \t,;".contains($0) }) != false {
                let text =
                    value.first == "\"" ? value.dropFirst().prefix { $0 != "\"" } : value.prefix { !", ;".contains($0) }
                return text.isEmpty ? nil : String(text)
            }
            rest = value
        }
        return nil
    }
}

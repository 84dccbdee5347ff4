import FoundationEssentials

/// Checks JSON against the schemas of an OpenAPI document. It is stricter than JSON Schema: a member that isn't
/// described is an error, and so is an unknown keyword.
struct SchemaCheck {
    let document: JSONTree

    /// The errors in a value that should conform to the schema of this name.
    func complaints(_ value: JSONTree, named name: String) -> [String] {
        complaints(value, ["$ref": .string("#/components/schemas/\(name)")], at: name)
    }

    private func complaints(_ value: JSONTree, _ schema: [String: JSONTree], at place: String) -> [String] {
        schema.flatMap { keyword, rule -> [String] in
            switch (keyword, value) {
            case ("description", _): []
            case ("$ref", _):
                resolve(rule.string ?? "").map { complaints(value, $0, at: place) } ?? [
                    "\(place): \(rule) leads nowhere"
                ]
            case ("type", _): isType(value, rule.string) ? [] : ["\(place) is \(value)"]
            case ("enum", _): rule.elements.contains(value) ? [] : ["\(place) can't be \(value)"]
            case ("format", .string(let text)):
                rule.string == "date-time" && (try? Date(text, strategy: .iso8601)) != nil
                    ? [] : ["\(place) is \(text)"]
            case ("items", .array(let elements)):
                elements.flatMap { complaints($0, rule.members, at: "\(place)[]") }
            case ("required", .object(let members)):
                rule.elements.compactMap(\.string).filter { members[$0] == nil }.map { "\(place) lacks \($0)" }
            case ("properties", .object(let members)):
                members.flatMap { name, member in
                    rule[name].map { complaints(member, $0.members, at: "\(place).\(name)") }
                        ?? ["\(place).\(name) isn't described"]
                }
            default: ["\(place): \(keyword) doesn't fit \(value)"]
            }
        }
    }

    private func isType(_ value: JSONTree, _ type: String?) -> Bool {
        switch (value, type) {
        case (.string, "string"), (.integer, "integer"), (.boolean, "boolean"), (.array, "array"), (.object, "object"):
            true
        default: false
        }
    }

    private func resolve(_ reference: String) -> [String: JSONTree]? {
        let path = reference.split(separator: "/").dropFirst().map(String.init)
        return path.reduce(Optional(document)) { $0?[$1] }?.members
    }
}

package import HTTPTransport

/// The HTTP method and the path of an operation in REST, derived from the operation's name in SOAP and in the
/// documentation.
package struct RESTOperation: Sendable, Hashable {
    package let method: HTTPCall.Method
    /// The path, relative to the service's base URL.
    package let path: String

    /// `name` may also be a path, to which the request is then posted. Returns nil if it isn't the name of an
    /// operation.
    package init?(_ name: String, of service: AdvertisingService) {
        let isPlain = name.utf8.allSatisfy { octet in
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"):
                true
            default: false
            }
        }
        guard isPlain, !name.isEmpty else { return nil }
        if name.contains("/") {
            (method, path) = (.post, name)
        } else if let known = Self.exceptions[name] {
            (method, path) = known
        } else {
            let verb = name.prefix(1) + name.dropFirst().prefix { $0.isLowercase }
            let things = name[verb.endIndex...]
            guard verb.first?.isUppercase == true, things.first?.isUppercase == true else { return nil }
            switch verb {
            case "Add": (method, path) = (.post, String(things))
            case "Update": (method, path) = (.put, String(things))
            case "Delete": (method, path) = (.delete, String(things))
            default:
                let way = Self.way(things)
                let noun = things[..<way.startIndex]
                let last = (verb == "Get" ? "Query" : String(verb)) + way
                method = .post
                path =
                    service == .adInsight
                    ? "\(noun)/\(last.prefix(1).lowercased())\(last.dropFirst())" : "\(noun)/\(last)"
            }
        }
    }

    /// The end of an operation's name that says by what objects are found or what they are set to: from the first "By"
    /// or "To" on.
    private static func way(_ things: Substring) -> Substring {
        let starts = things.indices.dropFirst().filter { index in
            let rest = things[index...]
            return ["By", "To"].contains(rest.prefix(2)) && rest.dropFirst(2).first?.isUppercase == true
        }
        return things[(starts.first ?? things.endIndex)...]
    }

    /// Operations whose paths don't follow from their names.
    private static let exceptions: [String: (HTTPCall.Method, String)] = [
        "AddListItemsToSharedList": (.post, "ListItems"), "DeleteListItemsFromSharedList": (.delete, "ListItems"),
        "AddNegativeKeywordsToEntities": (.post, "EntityNegativeKeywords"),
        "DeleteNegativeKeywordsFromEntities": (.delete, "EntityNegativeKeywords"),
        "SuggestKeywordsForUrl": (.post, "KeywordSuggestions/queryByUrl"),
        "SuggestKeywordsFromExistingKeywords": (.post, "KeywordSuggestions/queryByKeywords"),
    ]
}

import Text

/// The path of a route, such as `/accounts/{account}/consent`, made of literal segments and names.
package struct PathTemplate: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    enum Segment: Sendable, Hashable {
        case literal(String)
        case name(String)
    }

    package let description: String
    let segments: [Segment]

    package init(stringLiteral text: StaticString) {
        description = "\(text)"
        segments = Self.split(description[...]).map { segment in
            segment.first == "{" ? .name(String(segment.dropFirst().dropLast())) : .literal(String(segment))
        }
    }

    /// The names, in the order of the path.
    package var names: [String] {
        segments.compactMap { segment in
            if case .name(let name) = segment { name } else { nil }
        }
    }

    /// The values of the names in this path, in order; nil where the path doesn't match.
    func match(_ path: [String]) -> [String]? {
        guard path.count == segments.count else { return nil }
        var values: [String] = []
        for (segment, text) in zip(segments, path) {
            switch segment {
            case .literal(let literal): guard literal == text else { return nil }
            case .name: values.append(text)
            }
        }
        return values
    }

    /// The unescaped segments of a request's path. A broken escape and a plus sign stand for themselves, because a path
    /// isn't form-encoded.
    static func segments(of path: Substring) -> [String] {
        split(path).map(unescape)
    }

    private static func split(_ path: Substring) -> [Substring] {
        Array(path.split(separator: "/", omittingEmptySubsequences: false).dropFirst())
    }

    /// The separators of form fields stand for themselves in a path.
    private static func unescape(_ segment: Substring) -> String {
        guard segment.utf8.contains(UInt8(ascii: "%")) else { return String(segment) }
        let name = segment.replacing("+", with: "%2B").replacing("&", with: "%26").replacing("=", with: "%3D")
        return FormEncoding.decode("\(name)=")?.first?.name ?? String(segment)
    }
}

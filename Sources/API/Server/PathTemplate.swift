import Text

/// The path of a route, such as `/accounts/{account}/consent`: segments that stand for themselves, and names.
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

    /// The names in their order.
    package var names: [String] {
        segments.compactMap { segment in
            if case .name(let name) = segment { name } else { nil }
        }
    }

    /// What the names stand for in a path, in their order; nil where the path is another.
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

    /// The segments of a request's path, unescaped. An escape that is broken stands for itself, and so does a plus sign:
    /// a path is no form.
    static func segments(of path: Substring) -> [String] {
        split(path).map(unescape)
    }

    private static func split(_ path: Substring) -> [Substring] {
        Array(path.split(separator: "/", omittingEmptySubsequences: false).dropFirst())
    }

    /// What separates the fields of a form stands for itself in a path.
    private static func unescape(_ segment: Substring) -> String {
        guard segment.utf8.contains(UInt8(ascii: "%")) else { return String(segment) }
        let name = segment.replacing("+", with: "%2B").replacing("&", with: "%26").replacing("=", with: "%3D")
        return FormEncoding.decode("\(name)=")?.first?.name ?? String(segment)
    }
}

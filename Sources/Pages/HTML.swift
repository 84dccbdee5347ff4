/// HTML markup. Text that is interpolated is escaped; markup is inserted as it is, and can only be made from literals.
package struct HTML: Sendable, ExpressibleByStringInterpolation {
    package let markup: String

    package init(stringLiteral value: StaticString) {
        markup = value.description
    }

    package init(stringInterpolation: StringInterpolation) {
        markup = stringInterpolation.markup
    }

    package init(joining parts: [HTML], with separator: HTML) {
        markup = parts.map(\.markup).joined(separator: separator.markup)
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var markup = ""

        package init(literalCapacity: Int, interpolationCount: Int) {
            markup.reserveCapacity(literalCapacity * 2)
        }

        package mutating func appendLiteral(_ literal: StaticString) {
            markup += literal.description
        }

        package mutating func appendInterpolation(_ text: String) {
            for scalar in text.unicodeScalars { append(scalar) }
        }

        package mutating func appendInterpolation(_ html: HTML) {
            markup += html.markup
        }

        private mutating func append(_ scalar: Unicode.Scalar) {
            switch scalar {
            case "&": markup += "&amp;"
            case "<": markup += "&lt;"
            case ">": markup += "&gt;"
            case "\"": markup += "&quot;"
            case "'": markup += "&#39;"
            case _ where HTML.isDisruptive(scalar): markup += "\u{fffd}"
            default: markup.unicodeScalars.append(scalar)
            }
        }
    }

    /// Control characters, and those that change the direction of the text around them.
    private static func isDisruptive(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0a, 0x0d: false
        case 0x00...0x1f, 0x7f...0x9f, 0x200e...0x200f, 0x2028...0x202e, 0x2066...0x2069: true
        default: false
        }
    }
}

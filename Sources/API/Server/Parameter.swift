package import APIContract
import Failures
import Text

/// A parameter of a route's query.
package struct Parameter: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// Whole seconds from 0 to the limit.
        case seconds(limit: Int, default: Int)
        /// `true`, `1` or nothing after the name; `false` or `0`. Without it, false.
        case flag
        /// Text of 1 to `limit` bytes.
        case text(limit: Int)
    }

    package enum Value: Sendable, Hashable {
        case seconds(Int)
        case flag(Bool)
        case text(String)
    }

    package let name: String
    package let kind: Kind
    /// One line for people that says what the parameter does.
    package let summary: String

    package static func seconds(
        _ name: String, upTo limit: Int, default seconds: Int, _ summary: String
    ) -> Parameter {
        Parameter(name: name, kind: .seconds(limit: limit, default: seconds), summary: summary)
    }

    package static func flag(_ name: String, _ summary: String) -> Parameter {
        Parameter(name: name, kind: .flag, summary: summary)
    }

    package static func text(_ name: String, upTo limit: Int, _ summary: String) -> Parameter {
        Parameter(name: name, kind: .text(limit: limit), summary: summary)
    }

    func read(_ text: String) throws(Problem) -> Value {
        switch kind {
        case .seconds(let limit, _):
            guard let seconds = Int(text), (0...limit).contains(seconds) else {
                throw .malformed("\(name) is a number of seconds from 0 to \(limit)")
            }
            return .seconds(seconds)
        case .flag:
            switch text {
            case "true", "1", "": return .flag(true)
            case "false", "0": return .flag(false)
            default: throw .malformed("\(name) is true or false")
            }
        case .text(let limit):
            guard (1...limit).contains(text.utf8.count) else {
                throw .malformed("\(name) is text of 1 to \(limit) bytes")
            }
            return .text(text)
        }
    }
}

/// The values of a route's query parameters.
struct ParameterValues: Sendable {
    private var given: [(name: String, value: Parameter.Value)] = []

    var names: [String] { given.map(\.name) }

    /// No parameter is given.
    init() {}

    /// Parses the query. An unknown or repeated parameter is an error, because it is probably a typing mistake.
    init(_ query: Substring, of parameters: [Parameter]) throws(Problem) {
        if query.isEmpty { return }
        guard let fields = FormEncoding.decode(query) else {
            throw .malformed("the query has an invalid percent escape")
        }
        for field in fields {
            guard let parameter = parameters.first(where: { $0.name == field.name }) else {
                throw .malformed("unknown parameter \"\(UntrustedText.clean(field.name, limit: 40))\"")
            }
            guard self[field.name] == nil else {
                throw .malformed("\(field.name) is given \(fields.count { $0.name == field.name }) times")
            }
            given.append((field.name, try parameter.read(field.value)))
        }
    }

    subscript(name: String) -> Parameter.Value? {
        given.isEmpty ? nil : given.first { $0.name == name }?.value
    }
}

extension Problem {
    package static func malformed(_ detail: String, hint: String? = nil) -> Problem {
        Problem(.malformedRequest, detail, hint: hint)
    }
}

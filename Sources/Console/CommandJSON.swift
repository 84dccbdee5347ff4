import APIContract
import Failures

/// The JSON that commands print: an object with the version of its form, on standard output, for errors too.
///
/// Members may be added within one version; none is removed, and none changes its meaning.
package enum CommandJSON {
    /// The version of the form.
    package static let version = 1

    package static func text(_ value: some Encodable) throws -> String {
        String(decoding: try ContractJSON.encode(Versioned(value: value), pretty: true), as: UTF8.self)
    }

    /// On one line.
    package static func line(_ value: some Encodable) throws -> String {
        String(decoding: try ContractJSON.encode(Versioned(value: value)), as: UTF8.self)
    }

    /// An object's own members, and the version beside them.
    private struct Versioned<Value: Encodable>: Encodable {
        private enum Keys: String, CodingKey { case formatVersion }

        let value: Value

        func encode(to encoder: any Encoder) throws {
            try value.encode(to: encoder)
            var members = encoder.container(keyedBy: Keys.self)
            try members.encode(CommandJSON.version, forKey: .formatVersion)
        }
    }
}

/// An error as JSON.
struct ErrorJSON: Encodable {
    struct Members: Encodable {
        let code: String
        let detail: String
        let hint: String?
        let exitStatus: Int32
    }

    let error: Members

    init(_ failure: CommandFailure) {
        error = Members(
            code: failure.code?.rawValue ?? failure.exit.word, detail: failure.message, hint: failure.hint,
            exitStatus: failure.exit.rawValue)
    }
}

extension Exit {
    /// The code of an error that has none of its own.
    fileprivate var word: String {
        switch self {
        case .success, .other: FailureCode.internalError.rawValue
        case .usage: FailureCode.usage.rawValue
        case .daemonUnreachable: FailureCode.daemonUnreachable.rawValue
        case .tryAgain: FailureCode.temporarilyUnavailable.rawValue
        case .consentNeeded: FailureCode.consentRequired.rawValue
        case .configuration: FailureCode.configurationError.rawValue
        case .interrupted: "interrupted"
        }
    }
}

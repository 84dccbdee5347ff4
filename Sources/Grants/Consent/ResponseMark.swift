import OAuth
import Text

/// Knows the responses of a consent again, without `state` and without the code.
struct ResponseMark: Sendable, Equatable {
    enum Judgement {
        /// Its `state` is missing or wrong.
        case foreign
        /// The response that was taken, once more.
        case taken
        /// Its `state` is right, and it isn't the one that was taken.
        case other
    }

    private let state: SecretDigest
    private let response: SecretDigest?

    /// `taken` is the response that the consent went on with, where there is one.
    init(state: Secret, taken: [FormField]? = nil) {
        self.state = SecretDigest(state)
        response = taken.map(Self.digest)
    }

    func judge(_ fields: [FormField]) -> Judgement {
        let states = fields.filter { $0.name == "state" }
        guard states.count == 1, SecretDigest(Secret(states[0].value)) == state else { return .foreign }
        return Self.digest(fields) == response ? .taken : .other
    }

    /// A code is what it is whatever stands beside it; without one the whole counts.
    private static func digest(_ fields: [FormField]) -> SecretDigest {
        let codes = fields.filter { $0.name == "code" }
        return SecretDigest(Secret(FormEncoding.encode(codes.isEmpty ? fields : codes)))
    }
}

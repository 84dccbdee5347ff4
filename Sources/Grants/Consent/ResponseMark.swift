import OAuth
import Text

/// Recognizes the responses of a consent by digests, without keeping `state` or the code.
struct ResponseMark: Sendable, Equatable {
    enum Judgement {
        /// Its `state` is missing or wrong.
        case foreign
        /// The accepted response, received again.
        case taken
        /// Its `state` is right, but it isn't the response that was accepted.
        case other
    }

    private let state: SecretDigest
    private let response: SecretDigest?

    /// `taken` is the accepted response, if there is one.
    init(state: Secret, taken: [FormField]? = nil) {
        self.state = SecretDigest(state)
        response = taken.map(Self.digest)
    }

    func judge(_ fields: [FormField]) -> Judgement {
        let states = fields.filter { $0.name == "state" }
        guard states.count == 1, SecretDigest(Secret(states[0].value)) == state else { return .foreign }
        return Self.digest(fields) == response ? .taken : .other
    }

    /// Two responses with the same code are equal, whatever else they contain; without a code all fields are compared.
    private static func digest(_ fields: [FormField]) -> SecretDigest {
        let codes = fields.filter { $0.name == "code" }
        return SecretDigest(Secret(FormEncoding.encode(codes.isEmpty ? fields : codes)))
    }
}

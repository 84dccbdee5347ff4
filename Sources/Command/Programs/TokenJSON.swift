import APIContract

/// A token as JSON: what the daemon answers, and its scopes as a list, as they are in the JSON of all commands.
struct TokenJSON: Encodable {
    private enum Keys: String, CodingKey { case scopes }

    let answer: TokenAnswer

    func encode(to encoder: any Encoder) throws {
        try answer.encode(to: encoder)
        var members = encoder.container(keyedBy: Keys.self)
        try members.encode(answer.scope.split(separator: " ").map(String.init), forKey: .scopes)
    }
}

import FoundationEssentials
package import Text

/// The error text in the JSON of a refusal, from any member where servers are known to put it. It is shown to people
/// and decides nothing.
package struct StatedRefusal: Sendable, Hashable {
    /// The error name, if it is one of OAuth's.
    package var name: String?
    package var explanation: String?

    /// Returns nil if the body isn't a JSON object or states no error. `mask` hides secrets that the server echoes.
    package init?(_ body: [UInt8], mask: SecretMask = SecretMask()) {
        guard let reply = ReplyObject(Data(body)) else { return nil }
        let words = ServerWords(reply, mask: mask)
        guard words.name != nil || words.explanation != nil else { return nil }
        name = words.name
        explanation = words.explanation
    }
}

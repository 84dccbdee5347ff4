import FoundationEssentials
package import Text

/// What the JSON of a refusal says, wherever its members are known to say it. For people: nothing is decided by it.
package struct StatedRefusal: Sendable, Hashable {
    /// The error's name, where it is one of OAuth's.
    package var name: String?
    package var explanation: String?

    /// nil where the body is no JSON object, or one that says nothing. The mask covers what the server has echoed.
    package init?(_ body: [UInt8], mask: SecretMask = SecretMask()) {
        guard let reply = ReplyObject(Data(body)) else { return nil }
        let words = ServerWords(reply, mask: mask)
        guard words.name != nil || words.explanation != nil else { return nil }
        name = words.name
        explanation = words.explanation
    }
}

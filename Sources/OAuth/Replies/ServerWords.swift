import Failures
import FoundationEssentials
import Text

/// What a refusal says beside its OAuth error, or in place of one: each provider has members of its own for it. The texts
/// are for people; the few meanings that are read in them are listed in `SpokenMeaning`.
struct ServerWords: Sendable {
    /// The error's name, where the reply has one in any place that is known.
    let name: String?
    /// The provider's explanation.
    let explanation: String?
    let uri: String?
    /// Numbers of the error, as one large provider sends them.
    let numbers: [Int]
    /// What a new consent must ask for (OpenID Connect Core section 5.5).
    let claims: String?
    /// Everything that was said, with the request's secrets covered.
    let everything: String

    private static let explanations = [
        "error_description", "error_message", "errorSummary", "error_summary", "message", "Message", "msg",
        "errorMessage", "error_msg", "description", "detail", "details", "reason", "faultstring", "title", "summary",
    ]
    private static let names = ["error", "code", "errorType", "error_code", "errorCode", "type", "status"]
    private static let longestClaims = 4096

    init(_ reply: ReplyObject, mask: SecretMask) {
        let parts = Self.parts(of: reply)
        let name = reply.text("error") ?? Self.name(in: parts)
        let texts = parts.flatMap { part in
            Self.explanations.compactMap { key -> String? in
                guard let value = part.members[key] else { return nil }
                if case .object = value { return nil }
                let texts = value.texts(depth: 2)
                return texts.isEmpty ? nil : texts.joined(separator: " ")
            }
        }
        var seen: Set<String> = name.map { [$0] } ?? []
        let told = texts.filter { seen.insert($0).inserted }.prefix(3).joined(separator: "; ")
        self.name = name.map(mask.cover)
        explanation = told.isEmpty ? nil : mask.cover(told)
        uri = reply.text("error_uri").map(mask.cover)
        numbers = Self.numbers(reply)
        claims = Self.claims(reply)
        everything = mask.cover(ReplyObject.Value.object(reply.members).texts().joined(separator: " "))
    }

    /// The reply itself and what may describe an error within it.
    private static func parts(of reply: ReplyObject) -> [ReplyObject] {
        let inner = ["error", "errors", "fault", "errorCauses", "detail", "response"].compactMap { reply.members[$0] }
        let plain = reply.members["errors"].flatMap { value -> ReplyObject? in
            guard case .list(let values) = value else { return nil }
            let texts = values.compactMap(\.text)
            return texts.isEmpty ? nil : ReplyObject(members: ["message": .text(texts.joined(separator: "; "))])
        }
        return [reply] + inner.flatMap(\.objects) + [plain].compactMap(\.self)
    }

    /// Outside the member `error` only a word that OAuth knows is the name of an error.
    private static func name(in parts: [ReplyObject]) -> String? {
        parts.lazy.flatMap { part in names.compactMap { part.text($0) } }
            .first { FailureCode(saidByServer: $0) != .unlistedError || SpokenMeaning.ofName($0) != nil }
    }

    private static func numbers(_ reply: ReplyObject) -> [Int] {
        guard case .list(let values) = reply.members["error_codes"] else { return [] }
        return values.prefix(16).compactMap { value in
            switch value {
            case .number(let number): Int(exactly: number)
            case .text(let text): Int(text)
            default: nil
            }
        }
    }

    private static func claims(_ reply: ReplyObject) -> String? {
        guard let claims = reply.text("claims"), claims.utf8.count <= longestClaims,
            LeadingObject.data(in: Data(claims.utf8))?.count == claims.utf8.count
        else { return nil }
        return claims
    }
}

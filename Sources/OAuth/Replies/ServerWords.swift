import Failures
import FoundationEssentials
import Text

/// The error information in a refusal, including what providers put into members of their own. The texts are for
/// people; `SpokenMeaning` lists the few texts that have a meaning here.
struct ServerWords: Sendable {
    /// The error code, from any member where servers are known to put it.
    let name: String?
    /// The provider's explanation.
    let explanation: String?
    let uri: String?
    /// Numeric error codes, which one large provider sends.
    let numbers: [Int]
    /// The `claims` parameter that the next authorization request must have (OpenID Connect Core section 5.5).
    let claims: String?
    /// The name and the explanation as the server wrote them, to be compared and never shown.
    let told: String
    /// All texts of the reply, to be compared and never shown.
    let everything: String
    let memberNames: [String]
    /// Whether the reply is a page for a browser.
    let isPage: Bool
    /// Whether the reply is an object; otherwise its text isn't part of `explanation`.
    let isObject: Bool

    private static let explanations = [
        "error_description", "error_message", "errorSummary", "error_summary", "message", "Message", "msg",
        "errorMessage", "error_msg", "description", "detail", "details", "reason", "faultstring", "title", "summary",
        "errorDescription", "ErrorDescription", "error-description", "error_reason", "userMessage", "developerMessage",
    ]
    private static let names = ["error", "code", "errorType", "error_code", "errorCode", "type", "status"]
    private static let longestClaims = 4096
    private static let longestText = 4096

    init(_ reply: ReplyObject, mask: SecretMask) {
        let parts = Self.parts(of: reply)
        let name = (reply.text("error") ?? Self.name(in: parts)).map(Self.canonical)
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
        let whole = ReplyObject.Value.object(reply.members)
        self.told = [name, told].compactMap(\.self).joined(separator: "\n")
        everything = whole.texts().joined(separator: "\n")
        memberNames = whole.names()
        (isPage, isObject) = (false, true)
    }

    /// Reads a body that isn't an object: plain text or a page.
    init(_ body: [UInt8], mask: SecretMask) {
        let markup = Markup(body)
        everything = markup?.text ?? String(decoding: body.prefix(Self.longestText), as: UTF8.self)
        let words = everything.prefix(Self.longestText).split { !$0.isLetter && $0 != "_" }.map { $0.lowercased() }
        name = words.first { $0.contains("_") && FailureCode(saidByServer: $0) != .unlistedError }
        told = everything
        (explanation, uri, claims, numbers, memberNames) = (nil, nil, nil, [], [])
        (isPage, isObject) = (markup != nil, false)
    }

    /// The reply and the objects in it that may describe an error.
    private static func parts(of reply: ReplyObject) -> [ReplyObject] {
        let inner = ["error", "errors", "fault", "errorCauses", "detail", "response"].compactMap { reply.members[$0] }
        let plain = reply.members["errors"].flatMap { value -> ReplyObject? in
            guard case .list(let values) = value else { return nil }
            let texts = values.compactMap(\.text)
            return texts.isEmpty
                ? nil
                : ReplyObject(members: ["message": .text(texts.joined(separator: "; ")), "code": .text(texts[0])])
        }
        return [reply] + inner.flatMap(\.objects) + [plain].compactMap(\.self)
    }

    /// Outside the member `error`, a text is taken as the error code only if it is one of OAuth's or one in
    /// `SpokenMeaning`.
    private static func name(in parts: [ReplyObject]) -> String? {
        parts.lazy.flatMap { part in names.compactMap { part.text($0) } }
            .first { FailureCode(saidByServer: canonical($0)) != .unlistedError || SpokenMeaning.ofName($0) != nil }
    }

    /// OAuth's own spelling of an error code that a server writes in capitals, or with hyphens or spaces.
    private static func canonical(_ name: String) -> String {
        let bare = String(name.lowercased().map { $0 == "-" || $0 == " " ? "_" : $0 })
        return FailureCode(saidByServer: bare) == .unlistedError ? name : bare
    }

    private static func numbers(_ reply: ReplyObject) -> [Int] {
        guard case .list(let values) = reply.members["error_codes"] else { return [] }
        return values.prefix(16).compactMap { value in
            switch value {
            case .number(let number, _): Int(exactly: number)
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

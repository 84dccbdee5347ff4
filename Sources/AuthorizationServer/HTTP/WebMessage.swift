import OAuth
import Text

/// A request as the protocol sees it.
struct WebRequest: Sendable {
    enum Method: Sendable {
        case get
        case post
        case delete
        case other
    }

    var method: Method
    var path: String
    var query = ""
    var contentType: String?
    var authorization: String?
    /// A proof of possession.
    var proof: String?
    /// The headers that quirks check, by lower-case name.
    var headers: [String: String] = [:]
    var body = ""

    /// The parameters of the body; nil where it isn't a form.
    var form: Form? {
        let type = contentType?.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
        return type == FormEncoding.mediaType ? Form(body) : nil
    }
}

/// A reply as the protocol sees it.
struct WebReply: Sendable {
    var status: Int
    var headers: [(name: String, value: String)] = []
    var body = ""
    /// The body instead of `body`, if the reply isn't text.
    var octets: [UInt8]?
    /// The OAuth error of the body, for the journal.
    var error: String?

    static func json(_ body: String, status: Int = 200) -> WebReply {
        WebReply(
            status: status,
            headers: [("Content-Type", "application/json"), ("Cache-Control", "no-store"), ("Pragma", "no-cache")],
            body: body)
    }

    static func text(_ body: String, status: Int) -> WebReply {
        WebReply(status: status, headers: [("Content-Type", "text/plain; charset=utf-8")], body: body + "\n")
    }
}

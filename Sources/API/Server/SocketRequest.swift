import APIContract
import Failures
import HTTPListener
import NIOHTTP1
import Text

/// What a request asks for, once its path, method and query are understood.
enum SocketRequest: Sendable {
    case token(TokenQuery, asJSON: Bool)
    case health
    case accounts
    case account(String)
    case startConsent(String)
    case consent(String, wait: Int)
    case cancelConsent(String)
    case takeRedirect(String)
    case refresh(String, wait: Int)
    case logout(String)
    case advertisingHeaders(TokenQuery, asText: Bool)
    case chooseCustomer(String)
    case proof(String)
    case reload

    /// Seconds that a reader waits for where it doesn't say.
    private static let defaultWait = 30
    private static let longestWait = 3600

    init(_ request: HTTPRequest) throws(Problem) {
        if let plain = Self.plainTokenRead(request.head) {
            self = plain
            return
        }
        let path = request.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(Self.decode)
        let method = request.head.method == .HEAD ? .GET : request.head.method
        var query = try SocketQuery(request.query)
        switch (path.count, path.first) {
        case (2, "token"):
            try Self.allow([.GET], method)
            self = .token(try Self.token(path[1], &query), asJSON: Self.wantsJSON(request.head))
        case (1, "health"):
            try Self.allow([.GET], method)
            self = .health
        case (1, "accounts"):
            try Self.allow([.GET], method)
            self = .accounts
        case (2, "accounts"):
            try Self.allow([.GET], method)
            self = .account(path[1])
        case (3, "accounts") where path[2] == "consent":
            try Self.allow([.GET, .POST, .DELETE], method)
            switch method {
            case .POST: self = .startConsent(path[1])
            case .DELETE: self = .cancelConsent(path[1])
            default: self = .consent(path[1], wait: try query.seconds("wait", limit: Self.longestWait) ?? 0)
            }
        case (4, "accounts") where path[2] == "consent" && path[3] == "redirect":
            try Self.allow([.POST], method)
            self = .takeRedirect(path[1])
        case (3, "accounts") where path[2] == "refresh":
            try Self.allow([.POST], method)
            self = .refresh(path[1], wait: try query.seconds("wait", limit: Self.longestWait) ?? Self.defaultWait)
        case (3, "accounts") where path[2] == "grant":
            try Self.allow([.DELETE], method)
            self = .logout(path[1])
        case (4, "accounts") where path[2] == "ads" && path[3] == "headers":
            try Self.allow([.GET], method)
            self = .advertisingHeaders(try Self.token(path[1], &query), asText: Self.wantsText(request.head))
        case (4, "accounts") where path[2] == "ads" && path[3] == "customer":
            try Self.allow([.PUT], method)
            self = .chooseCustomer(path[1])
        case (3, "accounts") where path[2] == "dpop":
            try Self.allow([.POST], method)
            self = .proof(path[1])
        case (1, "reload"):
            try Self.allow([.POST], method)
            self = .reload
        default:
            throw Problem(
                .notFound, "there is nothing at this path",
                hint: "a token is at /token/ACCOUNT, the accounts are at /accounts")
        }
        try query.finish()
    }

    /// What nearly all requests are: `GET /token/NAME` with nothing to decode.
    private static func plainTokenRead(_ head: HTTPRequestHead) -> SocketRequest? {
        let prefix = "/token/"
        guard head.method == .GET, head.uri.hasPrefix(prefix) else { return nil }
        let name = head.uri.utf8.dropFirst(prefix.utf8.count)
        let isPlain = name.allSatisfy { octet in
            switch octet {
            case UInt8(ascii: "%"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "/"): false
            default: true
            }
        }
        guard isPlain else { return nil }
        return .token(TokenQuery(account: String(Substring(name))), asJSON: wantsJSON(head))
    }

    private static func wantsJSON(_ head: HTTPRequestHead) -> Bool {
        guard let accept = head.headers.first(name: "accept"), accept.utf8.count > 3 else { return false }
        return head.headers["accept"].contains { $0.contains("application/json") }
    }

    private static func token(_ account: String, _ query: inout SocketQuery) throws(Problem) -> TokenQuery {
        TokenQuery(
            account: account, minTTL: try query.seconds("min_ttl") ?? 0, isFresh: try query.flag("fresh"),
            wait: try query.seconds("wait", limit: longestWait) ?? defaultWait)
    }

    private static func wantsText(_ head: HTTPRequestHead) -> Bool {
        head.headers["accept"].contains { $0.contains("text/plain") }
    }

    /// What separates the fields of a form stands for itself in a path.
    private static func decode(_ segment: Substring) -> String {
        guard segment.utf8.contains(UInt8(ascii: "%")) else { return String(segment) }
        let name = segment.replacing("+", with: "%2B").replacing("&", with: "%26").replacing("=", with: "%3D")
        return FormEncoding.decode("\(name)=")?.first?.name ?? String(segment)
    }

    private static func allow(_ allowed: [HTTPMethod], _ method: HTTPMethod) throws(Problem) {
        guard !allowed.contains(method) else { return }
        let names = allowed.flatMap { $0 == .GET ? ["GET", "HEAD"] : [$0.rawValue] }.joined(separator: ", ")
        throw Problem(
            .methodNotAllowed,
            "this path doesn't take \(UntrustedText.clean(method.rawValue, limit: 20))", hint: names)
    }
}

/// A query whose every parameter must be known and be there once: a slip of the pen is told, not ignored.
private struct SocketQuery {
    private var fields: [FormField]

    init(_ text: Substring) throws(Problem) {
        guard let fields = text.isEmpty ? [] : FormEncoding.decode(text) else {
            throw .malformed("the query's escapes are broken")
        }
        self.fields = fields
    }

    private mutating func take(_ name: String) throws(Problem) -> String? {
        let values = fields.filter { $0.name == name }
        fields.removeAll { $0.name == name }
        guard values.count <= 1 else { throw .malformed("\(name) is there \(values.count) times") }
        return values.first?.value
    }

    mutating func seconds(_ name: String, limit: Int = 1_000_000_000) throws(Problem) -> Int? {
        guard let text = try take(name) else { return nil }
        guard let seconds = Int(text), (0...limit).contains(seconds) else {
            throw .malformed("\(name) is a number of seconds from 0 to \(limit)")
        }
        return seconds
    }

    mutating func flag(_ name: String) throws(Problem) -> Bool {
        switch try take(name) {
        case nil, "false", "0": return false
        case "true", "1", "": return true
        default: throw .malformed("\(name) is true or false")
        }
    }

    func finish() throws(Problem) {
        guard let unknown = fields.first else { return }
        throw .malformed("unknown parameter \"\(UntrustedText.clean(unknown.name, limit: 40))\"")
    }
}

extension Problem {
    static func malformed(_ detail: String) -> Problem {
        Problem(.malformedRequest, detail)
    }
}

import HTTPListener
import NIOCore
import NIOHTTP1
import OAuth
import Text

/// What a request to the listener asks for, decided before it has any effect, by its host, then its path, its method
/// and its fields.
enum RedirectRoute: Sendable, Hashable {
    case start
    case redirect([FormField])
    case result(id: String)
    /// The listener has nothing at this path.
    case unknownPath
    /// The host isn't a loopback name: DNS rebinding, where the name of a web site resolves to this machine.
    case foreignHost
    case wrongMethod(allowed: String)
    case wrongMediaType
    /// The fields have broken escapes, or aren't valid UTF-8.
    case unreadable
    /// One of the parameters `state`, `code`, `error` and `iss` is repeated (RFC 6749 section 3.1).
    case ambiguous

    /// The paths of one listener.
    struct Paths: Sendable {
        var start: String
        var redirect: String
        static let results = "/result/"
    }

    init(_ request: HTTPRequest, paths: Paths) {
        guard Self.isLoopbackHost(request.head.headers["host"]) else {
            self = .foreignHost
            return
        }
        let method = request.head.method
        switch String(request.path) {
        case paths.start: self = method == .GET ? .start : .wrongMethod(allowed: "GET")
        case paths.redirect where method == .GET: self = Self.response(request.query)
        case paths.redirect where method == .POST: self = Self.posted(request)
        case paths.redirect: self = .wrongMethod(allowed: "GET, POST")
        case let path where path.hasPrefix(Paths.results):
            let id = String(path.dropFirst(Paths.results.count))
            self = method == .GET ? .result(id: id) : .wrongMethod(allowed: "GET")
        default: self = .unknownPath
        }
    }

    private static func posted(_ request: HTTPRequest) -> RedirectRoute {
        let mediaType = request.head.headers.first(name: "content-type").map { $0.prefix { $0 != ";" && $0 != " " } }
        guard mediaType?.lowercased() == FormEncoding.mediaType else { return .wrongMediaType }
        guard let form = String(validating: request.body.map { Array($0.readableBytesView) } ?? [], as: UTF8.self)
        else { return .unreadable }
        return response(form[...])
    }

    private static func response(_ form: Substring) -> RedirectRoute {
        // Bytes outside ASCII must be escaped; the HTTP parser has replaced those that weren't.
        guard !form.unicodeScalars.contains("\u{fffd}"), let fields = FormEncoding.decode(form) else {
            return .unreadable
        }
        let deciding = fields.map(\.name).filter(["state", "code", "error", "iss"].contains)
        guard Set(deciding).count == deciding.count else { return .ambiguous }
        return deciding.contains { $0 != "iss" } ? .redirect(fields) : .unknownPath
    }

    /// Whether there is exactly one `Host` header, with a loopback name and an optional port.
    private static func isLoopbackHost(_ hosts: [String]) -> Bool {
        guard hosts.count == 1, let host = hosts.first else { return false }
        let nameEnd = host.hasPrefix("[") ? host.firstIndex(of: "]").map(host.index(after:)) : host.firstIndex(of: ":")
        let port = host[(nameEnd ?? host.endIndex)...]
        let isPort = port.isEmpty || (port.first == ":" && port.dropFirst().utf8.allSatisfy(isDigit))
        return isPort && LoopbackHost.isLoopback(host[..<(nameEnd ?? host.endIndex)])
    }

    private static func isDigit(_ octet: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet)
    }
}

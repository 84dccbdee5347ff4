import FoundationEssentials
import Text

/// The redirect URI that is registered for the client (RFC 6749 section 3.1.2, RFC 8252 section 7.3).
package struct RedirectURI: Sendable, Hashable, CustomStringConvertible {
    /// The URI exactly as it was configured.
    package let text: String
    package let isLoopback: Bool
    /// The port of a loopback URI; nil if it has none, so that the listener uses an ephemeral port.
    package let port: Int?
    /// The path, at least `/`.
    package let path: String

    package init(_ text: String) throws(RedirectFault) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }), let parts = URLComponents(string: text),
            let scheme = parts.scheme?.lowercased()
        else { throw .notAbsolute }
        guard !text.contains("#") else { throw .fragment }
        self.text = text
        isLoopback = scheme == "http" && parts.host.map(LoopbackHost.isLoopback) == true
        port = isLoopback ? parts.port : nil
        path = parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath
        guard !isLoopback || (parts.query == nil && parts.user == nil) else { throw .query }
        guard isLoopback || scheme != "http" else { throw .notEncrypted }
        guard (1...65535).contains(port ?? 1) else { throw .port }
    }

    package var description: String { text }

    /// Returns the URI to send in a request when the listener has this port: the configured text byte for byte, with
    /// the port inserted if it has none.
    package func sent(port actual: Int) -> String {
        guard isLoopback, port == nil else { return text }
        let authority = text.dropFirst("http://".count)
        let end = authority.firstIndex(of: "/") ?? text.endIndex
        return "\(text[..<end]):\(actual)\(text[end...])"
    }
}

/// Why a text isn't a usable redirect URI.
package enum RedirectFault: Error, Sendable, Hashable, CustomStringConvertible {
    case notAbsolute
    case fragment
    case query
    case notEncrypted
    case port

    package var description: String {
        switch self {
        case .notAbsolute: "a redirect URI is absolute, such as http://127.0.0.1/"
        case .fragment: "a redirect URI has no fragment"
        case .query: "a loopback redirect URI has neither query nor user name"
        case .notEncrypted: "plain http is allowed only for loopback redirect URIs"
        case .port: "the port of a redirect URI is from 1 to 65535"
        }
    }
}

import FoundationEssentials
import Text

/// The URL of an endpoint: https, or http on a loopback host, without a fragment (RFC 6749 sections 1.6, 3.1 and 3.2).
package struct EndpointURL: Sendable, Hashable, CustomStringConvertible {
    package let text: String
    /// The host in lower case; an IPv6 address has no brackets.
    package let host: String

    package init(_ text: String) throws(EndpointFault) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }), let parts = URLComponents(string: text),
            let scheme = parts.scheme?.lowercased(), let host = parts.host.map(LoopbackHost.bare), !host.isEmpty
        else { throw .notAbsolute }
        guard parts.fragment == nil else { throw .fragment }
        guard parts.user == nil, parts.password == nil else { throw .userInfo }
        guard scheme == "https" || (scheme == "http" && LoopbackHost.isLoopback(host)) else { throw .notEncrypted }
        self.text = text
        self.host = host
    }

    package var description: String { text }

    /// Scheme, host and port as written.
    package var origin: String {
        let scheme = text.prefix { $0 != ":" }
        let authority = text.dropFirst(scheme.count + "://".count).prefix { $0 != "/" && $0 != "?" }
        return "\(scheme)://\(authority)".lowercased()
    }

    package var isEncrypted: Bool { origin.hasPrefix("https:") }

    package var isLoopback: Bool { LoopbackHost.isLoopback(host) }
}

/// Why a text isn't a valid endpoint URL.
package enum EndpointFault: Error, Sendable, Hashable, CustomStringConvertible {
    case notAbsolute
    case fragment
    case userInfo
    case notEncrypted

    package var description: String {
        switch self {
        case .notAbsolute: "not an absolute URL"
        case .fragment: "an endpoint has no fragment"
        case .userInfo: "an endpoint carries no user name"
        case .notEncrypted: "must be https; plain http is allowed only for loopback hosts"
        }
    }
}

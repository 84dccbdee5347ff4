package import OAuth
package import Text

/// A client that is registered at the authorization server. A client without a secret is public.
package struct RegisteredClient: Sendable {
    package var id: String
    /// The name that the pages show.
    package var name: String
    /// The client secret, accepted in HTTP Basic and in the form.
    package var secret: Secret?
    /// The keys that sign the client's assertions (RFC 7523). A client that has keys must authenticate by assertions.
    package var keys: JSONWebKeySet?
    package var redirectURIs: [String]

    package init(
        id: String, name: String? = nil, secret: Secret? = nil, keys: JSONWebKeySet? = nil, redirectURIs: [String] = []
    ) {
        self.id = id
        self.name = name ?? id
        self.secret = secret
        self.keys = keys
        self.redirectURIs = redirectURIs
    }

    var isPublic: Bool { secret == nil && keys == nil }

    /// Whether the client may use this redirect URI: compared byte by byte, except that a loopback URI may have any
    /// port (RFC 8252 section 7.3).
    func admits(redirectURI sent: String) -> Bool {
        guard !redirectURIs.contains(sent) else { return true }
        guard let sent = LoopbackURI(sent) else { return false }
        return redirectURIs.contains { LoopbackURI($0) == sent }
    }
}

/// A loopback redirect URI without its port.
private struct LoopbackURI: Equatable {
    let host: Substring
    let path: Substring

    init?(_ text: String) {
        let start = "http://"
        guard text.hasPrefix(start) else { return nil }
        let rest = text.dropFirst(start.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        path = rest[authority.endIndex...]
        guard !path.contains("#"),
            let host = ["127.0.0.1", "[::1]", "localhost"].first(where: { authority.hasPrefix($0) })
        else { return nil }
        self.host = authority.prefix(host.count)
        let port = authority.dropFirst(host.count)
        guard port.isEmpty || (port.first == ":" && UInt16(port.dropFirst()) != nil) else { return nil }
    }
}

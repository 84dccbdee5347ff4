package import FoundationEssentials

/// The metadata that a protected resource publishes (RFC 9728 section 2).
package struct ProtectedResource: Sendable, Hashable {
    /// The resource identifier in the document, for the parameter `resource` (RFC 8707).
    package var resource: String
    /// The issuers of the authorization servers. An entry that is no issuer's URL is left out, and so is a server on this
    /// machine for a resource elsewhere.
    package var authorizationServers: [String]
    /// The scopes that may be asked for; an entry that is no scope is left out.
    package var scopes: [String]

    /// Parses a document and checks that it is about `resource` (section 3.3). The names are compared exactly; only a
    /// lone slash after the host may be there in one and missing in the other, because both have the same document.
    package init(_ document: Data, of resource: String) throws(MetadataFault) {
        guard let members = MetadataMembers(document) else { throw .noMetadata }
        guard let named = members.text("resource"), ResourceIndicator.isValid(named) else { throw .noResource }
        guard named == resource || Self.location(of: named) == Self.location(of: resource) else {
            throw .otherResource(named)
        }
        self.resource = named
        let isLocal = (try? EndpointURL(resource))?.isLoopback ?? false
        authorizationServers = (members.texts("authorization_servers") ?? []).filter { name in
            EndpointURL(issuer: name).map { isLocal || $0.isEncrypted } ?? false
        }
        scopes = Scope((members.texts("scopes_supported") ?? []).filter { Scope([$0]).isWellFormed }).tokens
    }

    /// The URL of a resource's metadata: the well-known part goes between host and path (section 3.1). nil if the text is
    /// no URL.
    package static func location(of resource: String) -> String? {
        guard let scheme = resource.firstRange(of: "://") else { return nil }
        let rest = resource[scheme.upperBound...]
        let host = rest.prefix { $0 != "/" && $0 != "?" }
        var path = rest[host.endIndex...]
        if path == "/" || path.hasPrefix("/?") { path.removeFirst() }
        return "\(resource[..<scheme.upperBound])\(host)/.well-known/oauth-protected-resource\(path)"
    }
}

package import FoundationEssentials
import Text

/// The metadata that an authorization server publishes (RFC 8414 section 2, OpenID Connect Discovery section 3).
package struct ServerMetadata: Sendable, Hashable {
    /// The issuer identifier in the document.
    package var issuer: String
    package var endpoints: Endpoints
    /// The endpoints for clients with a TLS certificate (RFC 8705 section 5).
    package var certificateEndpoints: Endpoints
    package var keys: EndpointURL?
    /// The supported client authentication methods; nil if the document doesn't list them.
    package var authenticationMethods: [String]?
    /// Whether every authorization response contains `iss` (RFC 9207 section 3).
    package var promisesIssuer: Bool
    package var requiresPushedRequests: Bool
    /// The supported algorithms for DPoP proofs; nil if the document doesn't list them.
    package var proofAlgorithms: [String]?
    /// Where clients register themselves (RFC 7591); nil if they can't.
    package var registration: EndpointURL?
    /// The scopes that may be asked for; nil if the document doesn't list them.
    package var scopes: [String]?

    /// Parses a document and checks its issuer: the names are compared exactly (RFC 8414 section 3.3), or against the
    /// issuer's template if it has one.
    package init(_ document: Data, of issuer: Issuer) throws(MetadataFault) {
        guard let members = MetadataMembers(document) else { throw .noMetadata }
        guard let named = members.text("issuer") else { throw .noIssuer }
        guard issuer.matches(named) || named == issuer.template else {
            throw .otherIssuer(UntrustedText.clean(named, limit: 200))
        }
        self.issuer = named
        // If a remote server named an endpoint on this machine, requests would go unencrypted to any local process that
        // listens there.
        let isLocal = (try? EndpointURL(issuer.name))?.isLoopback ?? false
        endpoints = members.endpoints(allowingPlain: isLocal)
        certificateEndpoints =
            members.nested("mtls_endpoint_aliases")?.endpoints(allowingPlain: isLocal) ?? Endpoints()
        keys = members.url("jwks_uri", allowingPlain: isLocal)
        authenticationMethods = members.texts("token_endpoint_auth_methods_supported")
        promisesIssuer = members.flag("authorization_response_iss_parameter_supported")
        requiresPushedRequests = members.flag("require_pushed_authorization_requests")
        proofAlgorithms = members.texts("dpop_signing_alg_values_supported")
        registration = members.url("registration_endpoint", allowingPlain: isLocal)
        scopes = members.texts("scopes_supported")
    }

    /// The URLs where the metadata of an issuer may be, in the order in which they are tried. RFC 8414 section 3 puts
    /// the well-known part between host and path, OpenID Connect after the path. Servers that control only their own
    /// path put the RFC 8414 document there too.
    package static func locations(of issuer: String) -> [String] {
        guard let scheme = issuer.firstRange(of: "://") else { return [] }
        let rest = issuer[scheme.upperBound...]
        let host = rest.prefix { $0 != "/" }
        var path = rest[host.endIndex...]
        while path.hasSuffix("/") { path.removeLast() }
        let origin = "\(issuer[..<scheme.upperBound])\(host)"
        let locations = [
            "\(origin)/.well-known/oauth-authorization-server\(path)",
            "\(origin)\(path)/.well-known/openid-configuration",
            "\(origin)/.well-known/openid-configuration\(path)",
            "\(origin)\(path)/.well-known/oauth-authorization-server",
        ]
        return path.isEmpty ? Array(locations.prefix(2)) : locations
    }
}

/// Why a document isn't valid metadata of an issuer.
package enum MetadataFault: Error, Sendable, Hashable, CustomStringConvertible {
    case noMetadata
    case noIssuer
    case otherIssuer(String)
    case noResource
    case otherResource(String)

    package var description: String {
        switch self {
        case .noMetadata: "it isn't a JSON object"
        case .noIssuer: "it names no issuer"
        case .otherIssuer(let other): "it is about another issuer, \(other)"
        case .noResource: "it names no resource"
        case .otherResource(let other): "it is about another resource, \(other)"
        }
    }
}

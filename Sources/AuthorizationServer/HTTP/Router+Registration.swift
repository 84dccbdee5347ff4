import FoundationEssentials

/// The registration of clients, and the metadata of the protected resource.
extension Router {
    /// The reply to a request for a path that exists only where the settings say so; nil for another path.
    mutating func optional(_ request: WebRequest, now: Date) -> WebReply? {
        if let policy = state.settings.resourceMetadata, request.path == policy.path, request.method == .get {
            return .json(ReplyJSON.encode(ResourceMetadataBody(policy, issuer: state.issuer)))
        }
        guard let policy = state.settings.registration else { return nil }
        let root = "/register"
        if request.path == root, request.method == .post {
            guard request.contentType == "application/json" else { return .text("JSON is needed", status: 415) }
            do throws(ServerRefusal) {
                return .json(ReplyJSON.encode(try state.register(request.body, policy, now: now)), status: 201)
            } catch {
                return Self.refusal(error)
            }
        }
        guard request.path.hasPrefix(root + "/"), request.method == .delete else { return nil }
        let id = String(request.path.dropFirst(root.count + 1))
        let isDone = state.unregister(id, authorization: request.authorization)
        return WebReply(status: isDone ? 204 : 401, headers: [("Cache-Control", "no-store")])
    }
}

/// RFC 9728 section 2.
private struct ResourceMetadataBody: Encodable {
    let resource: String
    let authorizationServers: [String]
    let scopesSupported: [String]
    let bearerMethodsSupported = ["header"]

    init(_ policy: ResourceMetadataPolicy, issuer: String) {
        resource = policy.resource ?? issuer + "/resource"
        authorizationServers = policy.authorizationServers ?? [issuer]
        scopesSupported = policy.scopes
    }
}

import FoundationEssentials
import OAuth

/// Turns a request into its reply by the protocol's rules, without I/O.
struct Router: Sendable {
    var state: AuthorizationState
    private let pages: ServerPages

    init(state: AuthorizationState) {
        self.state = state
        pages = ServerPages(settings: state.settings)
    }

    /// Answers any request, also for unknown paths; `shape` changes the form of a token reply.
    mutating func answer(_ request: WebRequest, now: Date, shape: TokenReplyShape = []) -> WebReply {
        if let reply = optional(request, now: now) { return reply }
        guard let methods = Self.methods[request.path] else { return .text("no such page", status: 404) }
        switch (request.method, request.path) {
        case (.get, _) where methods.contains("GET"): return get(request, now: now)
        case (.post, "/sign-in"), (.post, "/consent"): return pageForm(request, now: now)
        case (.post, _) where methods.contains("POST"): return post(request, now: now, shape: shape)
        default:
            var reply = WebReply.text("method not allowed", status: 405)
            reply.headers.append(("Allow", methods))
            return reply
        }
    }

    private static let methods = [
        "/authorize": "GET", "/device": "GET", "/resource": "GET", "/": "GET", "/sign-in": "POST", "/consent": "POST",
        "/.well-known/oauth-authorization-server": "GET", "/.well-known/openid-configuration": "GET",
        "/token": "POST", "/revoke": "POST", "/introspect": "POST", "/device_authorization": "POST",
        "/par": "POST", "/jwks": "GET",
    ]

    private mutating func get(_ request: WebRequest, now: Date) -> WebReply {
        switch request.path {
        case "/authorize": return pages.reply(to: state.authorize(query: request.query, now: now))
        case "/device":
            guard let form = Form(request.query) else { return pages.reply(to: .notice(.malformedRequest)) }
            guard let code = form["user_code"] else { return pages.userCodeEntry() }
            return pages.reply(to: state.enter(userCode: code, now: now))
        case "/resource": return resource(request, now: now)
        case "/": return pages.front(issuer: state.issuer)
        case "/jwks": return document(KeySetBody(keys: state.keySet))
        default: return document(MetadataBody(issuer: state.issuer, settings: state.settings))
        }
    }

    private mutating func pageForm(_ request: WebRequest, now: Date) -> WebReply {
        guard let form = request.form else { return pages.reply(to: .notice(.malformedRequest)) }
        return pages.reply(to: request.path == "/sign-in" ? state.signIn(form, now: now) : state.decide(form, now: now))
    }

    private mutating func post(_ request: WebRequest, now: Date, shape: TokenReplyShape) -> WebReply {
        do throws(ServerRefusal) {
            guard let form = request.form else {
                throw ServerRefusal(.invalidRequest, "the body isn't an application/x-www-form-urlencoded form")
            }
            let authorization = request.authorization
            switch request.path {
            case "/token":
                let key = try state.thumbprint(of: request.proof, method: "POST", path: request.path, now: now)
                let reply = try state.token(form, authorization: authorization, key: key, now: now)
                let isConsent = form["grant_type"] == "authorization_code"
                return .json(
                    ReplyJSON.encode(
                        TokenReplyBody(
                            reply: reply, shape: shape, quirks: state.settings.quirks, isConsent: isConsent)))
            case "/revoke":
                try state.revoke(form, authorization: authorization)
                return WebReply(status: 200, headers: [("Cache-Control", "no-store")])
            case "/par":
                return .json(
                    ReplyJSON.encode(try state.push(form, authorization: authorization, now: now)), status: 201)
            case "/introspect":
                let token = try state.introspect(form, authorization: authorization, now: now)
                return .json(ReplyJSON.encode(IntrospectionBody(token, issuer: state.issuer)))
            default:
                let reply = try state.deviceAuthorization(form, authorization: authorization, now: now)
                return .json(ReplyJSON.encode(reply))
            }
        } catch {
            var reply = Self.refusal(error)
            if error.code == .useDPoPNonce, let nonce = state.settings.proofNonce {
                reply.headers.append(("DPoP-Nonce", nonce))
            }
            return reply
        }
    }

    /// A reply that may be cached.
    private func document(_ body: some Encodable) -> WebReply {
        let life = state.settings.metadataLife.map { [("Cache-Control", "max-age=\($0)")] } ?? []
        return WebReply(
            status: 200, headers: [("Content-Type", "application/json")] + life, body: ReplyJSON.encode(body))
    }

    static func refusal(_ error: ServerRefusal) -> WebReply {
        var reply = WebReply.json(ReplyJSON.encode(ErrorBody(error)), status: error.status)
        if error.status == 401 { reply.headers.append(("WWW-Authenticate", "Basic realm=\"token\"")) }
        reply.error = error.code.rawValue
        return reply
    }

    /// RFC 6750 sections 2.1 and 3.
    private mutating func resource(_ request: WebRequest, now: Date) -> WebReply {
        guard let header = request.authorization else {
            let metadata = state.settings.resourceMetadata.map { ", resource_metadata=\"\(state.issuer)\($0.path)\"" }
            return Self.challenge("Bearer realm=\"resource\"\(metadata ?? "")")
        }
        let parts = header.split(separator: " ", maxSplits: 1)
        let text = parts.count == 2 ? String(parts[1]) : ""
        let key = try? state.thumbprint(
            of: request.proof, method: "GET", path: request.path, accessToken: text, now: now)
        let scheme = key == nil ? "bearer" : "dpop"
        guard parts.count == 2, parts[0].lowercased() == scheme, let token = state.liveAccessToken(text, now: now),
            token.boundTo == key
        else {
            return Self.challenge(
                "Bearer realm=\"resource\", error=\"invalid_token\", "
                    + "error_description=\"the token is unknown, expired or revoked\"")
        }
        return .json(
            ReplyJSON.encode(
                ResourceBody(
                    name: token.user ?? token.clientID, clientId: token.clientID, scope: token.scope.description,
                    aud: token.resources.isEmpty ? nil : token.resources)))
    }

    private static func challenge(_ challenge: String) -> WebReply {
        var reply = WebReply.text("a valid access token is needed", status: 401)
        reply.headers.append(("WWW-Authenticate", challenge))
        return reply
    }
}

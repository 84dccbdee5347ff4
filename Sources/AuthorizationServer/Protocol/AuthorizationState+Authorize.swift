import FoundationEssentials
import OAuth
import Text

/// The result of a request to the authorization endpoint, or of a form on its pages.
enum PageOutcome: Sendable {
    case signIn(ConsentForm)
    case consent(ConsentForm)
    /// A redirect to the client, with a code or an error.
    case respond(RedirectResponse)
    /// A final page on this server.
    case notice(Notice)
}

/// A message that only the user gets, not the client.
enum Notice: Sendable, Equatable {
    case malformedRequest
    case unknownClient
    case unknownRedirectURI
    /// The form belongs to no pending request, or not to the latest page of one.
    case staleForm
    case tooManyFailures
    case unknownUserCode
    case deviceAllowed
    case deviceDenied
}

/// An authorization response, success or error (RFC 6749 section 4.1.2).
struct RedirectResponse: Sendable {
    let redirectURI: String
    let mode: ResponseMode
    let fields: [FormField]

    /// The redirect URI with the response added to its query, whose own fields stay.
    var location: String {
        redirectURI + (redirectURI.contains("?") ? "&" : "?") + FormEncoding.encode(fields)
    }
}

extension AuthorizationState {
    /// Handles an authorization request (RFC 6749 section 4.1.1). The browser is redirected only after the client and
    /// the redirect URI have been found valid.
    mutating func authorize(query: some StringProtocol, now: Date) -> PageOutcome {
        sweep(now: now)
        guard let asked = Form(query) else { return .notice(.malformedRequest) }
        guard !asked.repeats("client_id"), let client = asked["client_id"].flatMap(settings.client) else {
            return .notice(.unknownClient)
        }
        guard let form = expand(asked, of: client, now: now) else { return .notice(.malformedRequest) }
        guard let redirectURI = redirectURI(form, of: client) else { return .notice(.unknownRedirectURI) }
        do {
            let request = try codeRequest(form, of: client, redirectURI: redirectURI)
            let scope = try requestedScope(form["scope"])
            return .signIn(open(.code(request), client: client, scope: scope, life: settings.pageLife, now: now))
        } catch {
            let request = CodeRequest(
                redirectURI: redirectURI, namesRedirectURI: true,
                responseMode: form["response_mode"].flatMap(ResponseMode.init) ?? .query,
                state: form.repeats("state") ? nil : form["state"], codeChallenge: nil)
            return .respond(response(to: request, error: error))
        }
    }

    private func redirectURI(_ form: Form, of client: RegisteredClient) -> String? {
        guard !form.repeats("redirect_uri") else { return nil }
        if let sent = form["redirect_uri"] { return client.admits(redirectURI: sent) ? sent : nil }
        return client.redirectURIs.count == 1 ? client.redirectURIs.first : nil
    }

    private func codeRequest(
        _ form: Form, of client: RegisteredClient, redirectURI: String
    ) throws(ServerRefusal) -> CodeRequest {
        guard !form.hasRepetitions else { throw ServerRefusal(.invalidRequest, "a parameter is repeated") }
        guard let type = form["response_type"] else { throw ServerRefusal(.invalidRequest, "response_type is missing") }
        guard type == "code" else {
            throw ServerRefusal(.unsupportedResponseType, "this server supports only response_type=code")
        }
        guard let mode = ResponseMode(rawValue: form["response_mode"] ?? "query") else {
            throw ServerRefusal(.invalidRequest, "this server supports only response_mode query and form_post")
        }
        if let challenge = form["code_challenge"] {
            guard form["code_challenge_method"] == "S256", CodeChallenge.isWellFormed(challenge) else {
                throw ServerRefusal(.invalidRequest, "code_challenge_method must be S256")
            }
        } else if client.isPublic {
            throw ServerRefusal(.invalidRequest, "a public client must send a code_challenge")
        }
        return CodeRequest(
            redirectURI: redirectURI, namesRedirectURI: form["redirect_uri"] != nil, responseMode: mode,
            state: form["state"], codeChallenge: form["code_challenge"], nonce: form["nonce"],
            resources: try requestedResources(form))
    }

    func response(to request: CodeRequest, error: ServerRefusal) -> RedirectResponse {
        response(
            to: request,
            [FormField("error", error.code.rawValue), FormField("error_description", error.description)])
    }

    /// Adds the fields that every response has: the request's `state`, and the issuer (RFC 9207).
    func response(to request: CodeRequest, _ fields: [FormField]) -> RedirectResponse {
        var fields = fields
        if let state = request.state { fields.append(FormField("state", state)) }
        if settings.sendsIssuer { fields.append(FormField("iss", issuer)) }
        return RedirectResponse(redirectURI: request.redirectURI, mode: request.responseMode, fields: fields)
    }
}

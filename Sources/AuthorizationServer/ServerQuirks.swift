import FoundationEssentials
package import OAuth
import Text

/// Deviations from the standards as real servers have them. By default there are none.
package struct ServerQuirks: Sendable {
    /// Where a token reply contains the granted scope and how it is written.
    package enum ScopeReply: Sendable {
        case spaces
        case commas
        case list
        /// Without the scopes' resources and in lower case.
        case short
        case absent
    }

    /// The only authentication method that the server accepts; nil accepts all.
    package var authentication: ClientAuthentication?
    /// Whether id and secret in HTTP Basic are used without form-decoding.
    package var takesBasicAsItStands = false
    /// Whether a public client must authenticate by HTTP Basic with an empty password.
    package var wantsEmptyPassword = false
    /// Whether the token endpoint accepts only JSON bodies.
    package var takesJSON = false
    /// Parameters that make the token endpoint refuse a request.
    package var refusedParameters: Set<String> = []
    /// Parameters that make the token endpoint refuse a refresh.
    package var refusedOnRefresh: Set<String> = []
    /// Parameters that the authorization request must have, with their values.
    package var wantedParameters: [String: String] = [:]
    /// The name of the scope parameter in the authorization request.
    package var scopeParameter = "scope"
    package var separatesScopesByCommas = false
    /// Texts that headers of each POST must contain, by lower-case header name.
    package var wantedHeaders: [String: String] = [:]
    /// The member that contains the tokens in the reply to a code; the top level then contains a token of the
    /// application.
    package var member: String?
    package var tokenType: String?
    package var scopeReply = ScopeReply.spaces
    package var statesLifetime = true
    package var givesRefreshTokens = true
    /// The audience that a grant's assertion must name (RFC 7523 section 3); nil accepts the token endpoint and the
    /// issuer.
    package var assertionAudience: String?
    /// Whether a grant's assertion must contain the scope.
    package var wantsScopeInAssertion = false

    /// Whether an access token is for the scopes of one resource only, which begin with its URI; a code is then redeemed
    /// for those of the first one, or for those that the request names.
    package var issuesForOneResource = false
    /// Scopes that a consent gives, but that a refresh doesn't get.
    package var refusedScopes: Set<String> = []

    package init(_ change: (inout ServerQuirks) -> Void = { _ in }) {
        change(&self)
    }
}

extension ServerQuirks {
    /// Converts a request to the standard form; throws if this server refuses it.
    func understood(_ request: WebRequest) throws(ServerRefusal) -> WebRequest {
        var request = request
        if request.path == "/authorize" {
            guard let form = Form(request.query) else { return request }
            for (name, value) in wantedParameters where form[name] != value {
                throw ServerRefusal(.invalidRequest, "\(name) is missing or wrong")
            }
            let fields = FormEncoding.decode(request.query) ?? []
            if separatesScopesByCommas, fields.contains(where: { $0.name == scopeParameter && $0.value.contains(" ") })
            {
                throw ServerRefusal(.invalidScope, "scopes are separated by commas")
            }
            request.query = FormEncoding.encode(withScope(fields))
            return request
        }
        guard request.method == .post, request.path == "/token" || request.path == "/revoke" else { return request }
        for (name, value) in wantedHeaders where request.headers[name]?.contains(value) != true {
            throw ServerRefusal(.invalidRequest, "the header \(name) is missing or wrong")
        }
        if takesJSON, request.path == "/token" { try readJSON(&request) }
        try check(request)
        request.authorization = request.authorization.flatMap(basic) ?? request.authorization
        if wantsEmptyPassword, let (id, secret) = request.authorization.flatMap(BasicCredentials.parse) {
            guard secret.isEmpty else { throw ServerRefusal(.invalidClient, "the password isn't empty") }
            request.authorization = nil
            request.body += "&client_id=\(FormEncoding.encode(id))"
        }
        return request
    }

    private func withScope(_ fields: [FormField]) -> [FormField] {
        fields.map { field in
            guard field.name == scopeParameter else { return field }
            let value = separatesScopesByCommas ? field.value.replacing(",", with: " ") : field.value
            return FormField("scope", value)
        }
    }

    private func readJSON(_ request: inout WebRequest) throws(ServerRefusal) {
        guard request.contentType == "application/json",
            let members = try? JSONDecoder().decode([String: String].self, from: Data(request.body.utf8))
        else { throw ServerRefusal(.invalidRequest, "the body is no JSON object of texts") }
        request.contentType = FormEncoding.mediaType
        request.body = FormEncoding.encode(members.map { FormField($0.key, $0.value) })
    }

    private func check(_ request: WebRequest) throws(ServerRefusal) {
        guard let form = request.form else { return }
        let isRefresh = form["grant_type"] == "refresh_token"
        let refused = refusedParameters.union(isRefresh ? refusedOnRefresh : [])
        for name in refused.sorted() where form[name] != nil {
            throw ServerRefusal(.invalidRequest, "\(name) parameter not supported")
        }
        let isByHeader = request.authorization != nil
        let isRight =
            switch authentication {
            case .clientSecretBasic: isByHeader
            case .clientSecretPost: !isByHeader && form["client_secret"] != nil
            default: true
            }
        guard isRight, !wantsEmptyPassword || isByHeader else {
            throw ServerRefusal(.invalidClient, "the client authenticates in another way")
        }
    }

    /// Converts HTTP Basic credentials that aren't form-encoded to the standard form.
    private func basic(_ header: String) -> String? {
        guard takesBasicAsItStands, let octets = Data(base64Encoded: String(header.dropFirst("Basic ".count))),
            let text = String(validating: octets, as: UTF8.self), let colon = text.firstIndex(of: ":")
        else { return nil }
        let halves = [text[..<colon], text[text.index(after: colon)...]].map { FormEncoding.encode(String($0)) }
        return "Basic \(Data(halves.joined(separator: ":").utf8).base64EncodedString())"
    }
}

import Accounts
import OAuth
import Text

extension TraitKey {
    /// All keys for traits.
    static let all: [TraitKey] = [
        .flag(
            "pkce", \.usesPKCE, losesWhere: false,
            Loss(
                message: "gives up PKCE: who gets hold of a code can redeem it",
                hint: "only for a server that refuses code_verifier; without a client_secret nothing protects a code")),
        .flag(
            "basic_form_encoding", \.encodesBasic, losesWhere: false,
            Loss(
                message: "leaves id and secret unencoded: one that holds a colon or a percent sign is read as another",
                hint: "only for a server that doesn't decode them (RFC 6749 section 2.3.1 asks for it)")),
        .flag("send_empty_secret", \.sendsEmptySecret),
        .word("request_body", \.bodyFormat),
        .requestHeaders,
        .parameters(
            "authorization_parameters", \.authorizationParameters, except: ProtocolParameters.authorization),
        .parameters("token_parameters", \.tokenParameters, except: ProtocolParameters.token),
        .assertionClaims,
        .scopeParameter,
        .word("scope_separator", \.scopeSeparator),
        .flag("scope_on_refresh", \.sendsScopeOnRefresh),
        .word("scope_matching", \.scopeMatching),
        .tokenMember,
        .tokenType,
        .tokenLifetime,
        .flag("id_token", \.replies.keepsIDToken),
        .word("certificate_thumbprint", \.thumbprints),
        .certificateAuthority,
        .issuerTemplate,
        .metadataURL,
        .refreshLimit,
    ]

    private static let requestHeaders = TraitKey(name: "request_headers") { table, traits in
        guard let stated = table.parameters("request_headers", except: []) else { return }
        for field in stated.set where !field.isHeader {
            table.table("request_headers")?.note(
                "request_headers in \(table.name) sets \(field.name.quoted), which is no header to add", at: field.name,
                hint: "the protocol sets Authorization, Content-Type, Content-Length, Host, DPoP and Cookie itself")
        }
        traits.requestHeaders = stated.changing(traits.requestHeaders, ignoringCase: true)
    }

    private static let assertionClaims = TraitKey(name: "assertion_claims") { table, traits in
        guard let stated = table.parameters("assertion_claims", except: ["exp", "iat", "nbf", "jti"]) else { return }
        // A default claim is removed by setting it to an empty value; there are no other claims to remove.
        let removed = stated.removed.sorted().map { FormField($0, "") }
        traits.assertionClaims = stated.changing(traits.assertionClaims) + removed
    }

    private static let scopeParameter = TraitKey(name: "scope_parameter") { table, traits in
        guard let name = table.text("scope_parameter") else { return }
        guard name == "scope" || !ProtocolParameters.authorization.contains(name) else {
            table.note(
                "scope_parameter in \(table.name) is the name of another parameter", at: "scope_parameter",
                hint: "it is scope, or what the server calls it, such as user_scope")
            return
        }
        traits.scopeParameter = name
    }

    private static let tokenMember = TraitKey(name: "token_member") { table, traits in
        if case .boolean(false) = table.values["token_member"] {
            traits.tokensPath = []
        } else if let path = table.text("token_member") {
            traits.tokensPath = path.split(separator: ".").map(String.init)
        }
    }

    private static let tokenType = TraitKey(name: "token_type") { table, traits in
        guard table.choice("token_type", of: ["Bearer"]) != nil else { return }
        traits.replies.takesAnyType = true
        Loss(
            message: "hands every token out as Bearer, whatever type the server names",
            hint: "only for a server that has its own word for Bearer, such as bot or BearerToken"
        ).note("token_type", in: table)
    }

    private static let tokenLifetime = TraitKey(name: "token_lifetime") { table, traits in
        if case .string("unlimited") = table.values["token_lifetime"] {
            traits.replies.tokenLifetime = .unlimited
            Loss(
                message: "lets a token that has ended be served until somebody tells",
                hint: "leave it out where there is a refresh token: the token is refreshed now and then"
            ).note("token_lifetime", in: table)
        } else if let life = table.duration("token_lifetime", in: .seconds(10) ... .seconds(366 * 86_400)) {
            traits.replies.tokenLifetime = .limited(life)
        }
    }

    private static let certificateAuthority = TraitKey(name: "certificate_authority") { table, traits in
        if let path = table.path("certificate_authority") { traits.certificateAuthority = path }
    }

    private static let issuerTemplate = TraitKey(name: "issuer_template") { table, traits in
        guard let template = table.text("issuer_template") else { return }
        guard table.endpoint(template.replacing("{tenantid}", with: "tenant"), "issuer_template") != nil else { return }
        traits.issuerTemplate = template
        guard template.contains("{tenantid}") else { return }
        Loss(
            message: "believes id_tokens of every tenant",
            hint: "put the tenant's id in the place of {tenantid} where there is one only"
        ).note("issuer_template", in: table)
    }

    private static let metadataURL = TraitKey(name: "metadata_url") { table, traits in
        guard let url = table.endpoint("metadata_url") else { return }
        traits.metadataURL = url
        if !table.has("issuer"), !table.has("provider") {
            table.note(
                "metadata_url in \(table.name) needs an issuer", at: "metadata_url",
                hint: "state the issuer that the metadata are of")
        } else if let issuer = table.values["issuer"], case .string(let text) = issuer,
            let issuer = try? EndpointURL(text), issuer.host != url.host
        {
            Loss(
                message: "is at \(url.host), not at the issuer's host: who holds it decides where codes and secrets go",
                hint: "check that the server's documentation names that address"
            ).note("metadata_url", in: table)
        }
    }

    private static let refreshLimit = TraitKey(name: "refresh_limit") { table, traits in
        guard let limit = table.table("refresh_limit") else { return }
        limit.refuseUnknownKeys(["burst", "one_each"])
        guard case .integer(let burst) = limit.values["burst"], (1...1000).contains(burst),
            let refill = limit.duration("one_each", in: .seconds(1) ... .seconds(86_400))
        else {
            table.note(
                "refresh_limit in \(table.name) is no limit", at: "refresh_limit",
                hint: "write it like { burst = 4, one_each = \"30s\" }")
            return
        }
        traits.replies.allowance = RequestAllowance(burst: burst, refill: refill)
    }
}

extension FormField {
    /// Whether the field is a valid HTTP header (RFC 9110 sections 5.1 and 5.5) other than those that this client sets.
    fileprivate var isHeader: Bool {
        let ours = ["authorization", "content-type", "content-length", "host", "dpop", "cookie", "transfer-encoding"]
        let isToken = name.utf8.allSatisfy { octet in
            let character = Character(Unicode.Scalar(octet))
            return character.isASCII
                && (character.isLetter || character.isNumber || "!#$%&'*+-.^_`|~".contains(character))
        }
        return isToken && !ours.contains(name.lowercased()) && value.utf8.allSatisfy { (0x20...0x7e).contains($0) }
    }
}

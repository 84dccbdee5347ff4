import Accounts
import OAuth
import Text

/// Makes an account of its table and its preset.
struct AccountReader {
    let name: String
    let table: TableReader
    let catalogue: ProviderCatalogue

    static let keys = [
        "provider", "client_id", "client_secret", "client_key", "client_key_id", "client_certificate",
        "signing_algorithm", "client_authentication", "tenant", "issuer", "authorization_endpoint", "token_endpoint",
        "revocation_endpoint", "device_authorization_endpoint", "pushed_authorization_request_endpoint", "scopes",
        "redirect_uri", "authorization_parameters", "token_parameters", "resource", "push_authorization_request",
        "dpop", "refresh_before_expiry", "flow",
    ]

    /// Nil where something that an account can't do without is missing or wrong; the findings say what.
    func settings() -> AccountSettings? {
        table.refuseUnknownKeys(Self.keys + catalogue.secretKeys.map(\.name))
        let flow = table.choice("flow", of: GrantFlow.allCases.map(\.rawValue)).flatMap(GrantFlow.init) ?? .code
        let provider = provider()
        let tenant = tenant(of: provider)
        // All of it is read before anything is given up, so that one run finds every mistake.
        let client = client(of: provider, flow: flow)
        let endpoints = endpoints(of: provider, tenant: tenant, flow: flow)
        let redirect = redirect(of: provider)
        let scope = table.scope("scopes")
        if let scope, let provider {
            for finding in catalogue.findings(on: scope, of: provider, table: table.name) {
                table.note(finding.message, at: "scopes", hint: finding.hint, severity: .warning)
            }
        }
        let authorization = table.fields("authorization_parameters", except: ProtocolParameters.authorization) ?? []
        let token = table.fields("token_parameters", except: ProtocolParameters.token) ?? []
        let resource = table.resources("resource") ?? []
        let before = table.duration("refresh_before_expiry", in: .seconds(1) ... .seconds(86_400))
        let vendorSecrets = vendorSecrets(of: provider)
        let issuer = issuer()
        let (pushes, proves) = (table.flag("push_authorization_request"), table.flag("dpop"))
        guard let client, let endpoints, let redirect else { return nil }
        return AccountSettings(
            name: name, provider: provider?.name,
            issuer: issuer ?? provider?.issuer.map { provider?.filled($0, tenant: tenant) ?? $0 },
            issuerTemplate: issuer == nil ? provider?.issuerTemplate : nil, client: client, flow: flow,
            endpoints: endpoints, scope: scope ?? Scope(provider?.scopes ?? []), redirectURI: redirect,
            authorizationParameters: Self.merge(provider?.authorizationParameters ?? [], authorization),
            tokenParameters: token, resource: resource, pushesRequest: pushes ?? false,
            provesPossession: proves ?? false, refreshBeforeExpiry: before, vendorSecrets: vendorSecrets)
    }

    /// What the account states takes the place of what the preset states by the same name.
    private static func merge(_ preset: [FormField], _ stated: [FormField]) -> [FormField] {
        preset.filter { field in !stated.contains { $0.name == field.name } } + stated
    }

    private func provider() -> Provider? {
        guard let wanted = table.text("provider") else { return nil }
        let names = catalogue.all.map(\.name)
        guard let provider = catalogue.named(wanted) else {
            let near = NearestName.nearest(to: wanted, in: names).map { "did you mean \($0.quoted)?" }
            table.note(
                "unknown provider \(wanted.quoted) in \(table.name)", at: "provider",
                hint: near ?? "the presets are \(names.joined(separator: ", "))")
            return nil
        }
        if let successor = provider.successor {
            table.note(
                "the provider \(wanted.quoted) has been switched off", at: "provider",
                hint: "use \(successor.quoted)", severity: .warning)
        }
        return provider
    }

    private func tenant(of provider: Provider?) -> String? {
        guard let tenant = table.text("tenant") else { return nil }
        guard tenant.utf8.allSatisfy(Self.isTenantOctet) else {
            table.note(
                "tenant in \(table.name) is no tenant", at: "tenant",
                hint: "it is common, organizations, consumers, a domain or an id")
            return nil
        }
        if let provider, !provider.hasTenant {
            table.note("tenant in \(table.name): the provider \(provider.name.quoted) has no tenants", at: "tenant")
        } else if !table.has("provider") {
            table.note(
                "tenant in \(table.name) needs a provider that has tenants", at: "tenant",
                hint: "put the tenant into the endpoints, or state a provider")
        }
        return tenant
    }

    private static func isTenantOctet(_ octet: UInt8) -> Bool {
        let character = Character(Unicode.Scalar(octet))
        return character.isASCII && (character.isLetter || character.isNumber || character == "." || character == "-")
    }

    private func redirect(of provider: Provider?) -> RedirectURI? {
        if table.has("redirect_uri") { return table.redirect("redirect_uri") }
        return try? RedirectURI(provider?.redirectURI ?? "http://127.0.0.1/")
    }

    private func vendorSecrets(of provider: Provider?) -> [String: SecretSource] {
        var secrets: [String: SecretSource] = [:]
        for key in catalogue.secretKeys {
            secrets[key.name] = table.secret(key.name)
            // Whether a provider that there isn't would take one can't be said, and that there isn't is noted already.
            let takesOne = provider.map { key.presets.contains($0.name) } ?? table.has("provider")
            if table.has(key.name), !takesOne {
                table.note("\(key.name) in \(table.name) is for \(key.presetsInWords) only", at: key.name)
            }
        }
        return secrets
    }
}

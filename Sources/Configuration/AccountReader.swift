import Accounts
import OAuth
import Text

/// Reads the settings of one account from its table and its preset.
struct AccountReader {
    let name: String
    let table: TableReader
    let catalogue: ProviderCatalogue

    /// The account keys except those for traits, placeholders and vendors' secrets.
    static let keys = [
        "provider", "client_id", "client_secret", "client_secret_expires", "client_key", "client_key_id",
        "client_certificate",
        "signing_algorithm", "client_authentication", "issuer", "authorization_endpoint", "token_endpoint",
        "revocation_endpoint", "device_authorization_endpoint", "pushed_authorization_request_endpoint", "scopes",
        "redirect_uri", "resource", "push_authorization_request", "dpop", "refresh_before_expiry", "flow",
        "label", "login_hint", "expect_user", "expect", "shared", "tokens",
    ]

    static func allKeys(_ catalogue: ProviderCatalogue) -> [String] {
        keys + tokenFileKeys + TraitKey.all.map(\.name) + catalogue.placeholderKeys + catalogue.secretKeys.map(\.name)
    }

    /// Returns nil if something essential is missing or invalid; the findings say what.
    func settings() -> AccountSettings? {
        table.refuseUnknownKeys(Self.allKeys(catalogue))
        let flow = flow()
        let preset = preset(of: provider())
        let provider = preset?.provider
        // Everything is read before any early return, so that one run reports every mistake.
        let traits = traits(of: preset)
        let client = client(of: provider, flow: flow, traits: traits)
        let endpoints = endpoints(of: preset, flow: flow.grant)
        let redirect = redirect(of: provider)
        let scope = scope(of: provider, flow: flow.grant)
        let resource = table.resources("resource") ?? []
        let before = table.duration("refresh_before_expiry", in: .seconds(1) ... .seconds(86_400))
        let vendorSecrets = vendorSecrets(of: provider)
        let tokens = tokens(of: provider, flow: flow.grant, traits: traits)
        let issuer = issuer()
        let isShared = table.flag("shared")
        let (pushes, proves) = (table.flag("push_authorization_request"), table.flag("dpop"))
        guard let client, let endpoints, let redirect else { return nil }
        var settings = AccountSettings(
            name: name, provider: provider?.name, issuer: issuer ?? preset?.issuer, client: client, flow: flow.grant,
            asksByAssertion: flow.asksByAssertion, endpoints: endpoints, scope: scope, redirectURI: redirect,
            resource: resource, pushesRequest: pushes ?? false, provesPossession: proves ?? false,
            refreshBeforeExpiry: before, traits: traits, vendorSecrets: vendorSecrets,
            tokens: tokens)
        // A client that acts for itself has no grant that a host could take from another one.
        settings.isShared = isShared ?? true && flow.grant != .clientCredentials
        return withTokenFiles(withPerson(settings))
    }

    /// The value of the key `flow`, which has a word of its own for requests with an assertion.
    struct Flow {
        var grant: GrantFlow
        var asksByAssertion = false
    }

    private func flow() -> Flow {
        let byAssertion = "jwt_bearer"
        let word = table.choice("flow", of: GrantFlow.allCases.map(\.rawValue) + [byAssertion])
        if word == byAssertion { return Flow(grant: .clientCredentials, asksByAssertion: true) }
        return Flow(grant: word.flatMap(GrantFlow.init) ?? .code)
    }

    /// The preset's traits, overridden by the account's keys.
    private func traits(of preset: Preset?) -> ServerTraits {
        var traits = preset?.traits ?? ServerTraits()
        // These two belong to the preset's issuer.
        if table.has("issuer") { (traits.issuerTemplate, traits.metadataURL) = (nil, nil) }
        TraitKey.read(TraitKey.all, of: table, into: &traits)
        if preset == nil, case .table(let stated) = table.values["authorization_parameters"],
            case .boolean(false) = stated.values["prompt"]
        {
            traits.promptsForOfflineAccess = false
        }
        return traits
    }

    /// The scope that a consent requests. A preset's scopes are for users, not for a client that acts for itself.
    private func scope(of provider: Provider?, flow: GrantFlow) -> Scope {
        let stated = table.scope("scopes")
        let usual = flow == .clientCredentials ? Scope([]) : Scope(provider?.scopes ?? [])
        let isWrong = stated == nil && table.has("scopes")
        if let provider, !isWrong, stated != nil || flow == .clientCredentials {
            for finding in catalogue.findings(on: stated ?? usual, flow: flow, of: provider, table: table.name) {
                table.note(
                    finding.message, at: stated == nil ? nil : "scopes", hint: finding.hint, severity: .warning)
            }
        }
        return stated ?? usual
    }

    private func provider() -> Provider? {
        guard let wanted = table.text("provider") else { return nil }
        let names = catalogue.all.map(\.name)
        guard let provider = catalogue.named(wanted) else {
            let near = NearestName.nearest(to: wanted, in: names).map { "did you mean \($0.quoted)?" }
            table.note(
                "unknown provider \(wanted.quoted) in \(table.name)", at: "provider",
                hint: near ?? "the providers are \(names.joined(separator: ", "))")
            return nil
        }
        if let successor = provider.successor {
            table.note(
                "the provider \(wanted.quoted) has been switched off", at: "provider",
                hint: "use \(successor.quoted)", severity: .warning)
        }
        return provider
    }

    private func redirect(of provider: Provider?) -> RedirectURI? {
        if table.has("redirect_uri") { return table.redirect("redirect_uri") }
        return try? RedirectURI(provider?.redirectURI ?? "http://127.0.0.1/")
    }

    private func vendorSecrets(of provider: Provider?) -> [String: SecretSource] {
        var secrets: [String: SecretSource] = [:]
        for key in catalogue.secretKeys {
            secrets[key.name] = table.secret(key.name)
            // For an unknown provider, which is noted elsewhere, it can't be said whether the key is valid.
            let takesOne = provider.map { key.presets.contains($0.name) } ?? table.has("provider")
            if table.has(key.name), !takesOne {
                table.note("\(key.name) in \(table.name) is for \(key.presetsInWords) only", at: key.name)
            }
        }
        return secrets
    }
}

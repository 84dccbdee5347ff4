import OAuth

/// Where the authorization server is asked what.
extension AccountReader {
    func endpoints(of provider: Provider?, tenant: String?) -> Endpoints? {
        let authorization = endpoint("authorization_endpoint", provider, \.authorizationEndpoint, tenant)
        let token = endpoint("token_endpoint", provider, \.tokenEndpoint, tenant)
        let revocation = endpoint("revocation_endpoint", provider, \.revocationEndpoint, tenant)
        let device = endpoint("device_authorization_endpoint", provider, \.deviceAuthorizationEndpoint, tenant)
        if provider == nil { noteMissingEndpoints() }
        guard let authorization, let token else { return nil }
        return Endpoints(
            authorization: authorization, token: token, revocation: revocation, deviceAuthorization: device)
    }

    /// An https URL without query and fragment (RFC 8414 section 2).
    func issuer() -> String? {
        guard let text = table.text("issuer"), table.endpoint(text, "issuer") != nil else { return nil }
        guard !text.contains("?") else {
            table.note("issuer in \(table.name): an issuer has no query", at: "issuer")
            return nil
        }
        return text
    }

    private func endpoint(
        _ key: String, _ provider: Provider?, _ preset: (Provider) -> String?, _ tenant: String?
    ) -> EndpointURL? {
        if table.has(key) { return table.endpoint(key) }
        guard let provider, let text = preset(provider) else { return nil }
        return table.endpoint(provider.filled(text, tenant: tenant), key)
    }

    private func noteMissingEndpoints() {
        guard !table.has("provider") else { return }
        let missing = ["authorization_endpoint", "token_endpoint"].filter { !table.has($0) }
        if missing.isEmpty { return }
        if table.has("issuer") {
            table.note(
                "\(table.name) states an issuer, but not \(missing.joined(separator: " and "))", at: "issuer",
                hint: issuerHint)
        } else if missing.count == 2 {
            table.note(
                "\(table.name) names neither a provider nor its endpoints",
                hint: "state provider, or authorization_endpoint and token_endpoint")
        } else {
            table.note("\(table.name) has no \(missing[0])", hint: "state it, or a provider that knows it")
        }
    }

    private var issuerHint: String {
        guard case .string(let issuer) = table.values["issuer"],
            let preset = Provider.all.last(where: { $0.issuer == issuer && $0.successor == nil })
        else { return "its metadata is not read yet: state authorization_endpoint and token_endpoint" }
        return "its metadata is not read yet: provider = \(preset.name.quoted) knows them"
    }
}

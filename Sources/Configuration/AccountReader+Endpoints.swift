import Accounts
import OAuth

/// Reads the issuer and the endpoints of the authorization server.
extension AccountReader {
    func endpoints(of preset: Preset?, flow: GrantFlow) -> Endpoints? {
        let endpoints = Endpoints(
            authorization: endpoint("authorization_endpoint", preset, \.authorizationEndpoint),
            token: endpoint("token_endpoint", preset, \.tokenEndpoint),
            revocation: endpoint("revocation_endpoint", preset, \.revocationEndpoint),
            deviceAuthorization: endpoint("device_authorization_endpoint", preset, \.deviceAuthorizationEndpoint),
            pushedAuthorization: endpoint("pushed_authorization_request_endpoint", preset, { _ in nil }))
        if let preset, preset.values == nil { return nil }
        guard preset == nil, !table.has("provider"), !table.has("issuer") else { return endpoints }
        return noteMissingEndpoints(flow) ? nil : endpoints
    }

    /// The issuer: an https URL without query and fragment (RFC 8414 section 2).
    func issuer() -> String? {
        guard let text = table.text("issuer"), table.endpoint(text, "issuer") != nil else { return nil }
        guard !text.contains("?") else {
            table.note("issuer in \(table.name): an issuer has no query", at: "issuer")
            return nil
        }
        return text
    }

    private func endpoint(
        _ key: String, _ preset: Preset?, _ address: (Provider) -> String?
    ) -> EndpointURL? {
        if table.has(key) { return table.endpoint(key) }
        guard let preset, preset.values != nil, let text = address(preset.provider) else { return nil }
        return table.endpoint(preset.filled(text), key)
    }

    /// Notes the endpoints that are missing if there is no issuer, whose metadata could name them. Returns true if any
    /// is.
    private func noteMissingEndpoints(_ flow: GrantFlow) -> Bool {
        let needed =
            switch flow {
            case .code: ["authorization_endpoint", "token_endpoint"]
            case .device: ["device_authorization_endpoint", "token_endpoint"]
            case .clientCredentials: ["token_endpoint"]
            }
        let missing = needed.filter { !table.has($0) }
        if missing.isEmpty { return false }
        if missing.count == needed.count {
            table.note(
                "\(table.name) names neither a provider, nor an issuer, nor its endpoints",
                hint: "state provider or issuer, or \(needed.joined(separator: " and "))")
        } else {
            table.note("\(table.name) has no \(missing[0])", hint: "state it, or an issuer whose metadata names it")
        }
        return true
    }
}

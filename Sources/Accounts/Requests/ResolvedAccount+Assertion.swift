import OAuth
package import Text

extension ResolvedAccount {
    /// Returns the claims of an assertion that requests a grant (RFC 7523 section 3); nil if nothing names the client.
    ///
    /// Claims stated by the account or the preset take precedence. If the key is in a service account's file, that file
    /// can name the issuer and no `sub` is added; otherwise the client is its own subject.
    package func assertionClaims(serviceAccount: String? = nil) -> [FormField]? {
        let stated = settings.traits.assertionClaims
        func value(_ name: String) -> String? { stated.first { $0.name == name }?.value }
        let client = settings.client.id.isEmpty ? nil : settings.client.id
        guard let issuer = value("iss") ?? client ?? serviceAccount else { return nil }
        var usual = [FormField("iss", issuer), FormField("aud", tokenEndpoint.text)]
        if serviceAccount == nil { usual.append(FormField("sub", issuer)) }
        if !settings.scope.isEmpty { usual.append(FormField("scope", settings.scope.description)) }
        let names = Set(stated.map(\.name))
        return (usual.filter { !names.contains($0.name) } + stated).filter { !$0.value.isEmpty }
    }
}

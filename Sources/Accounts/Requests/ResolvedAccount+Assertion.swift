import OAuth
package import Text

extension ResolvedAccount {
    /// Who asks whom for what in the assertion of a grant (RFC 7523 section 3); nil where nothing names the client.
    ///
    /// What the account or the preset states goes first. A service account's file names the issuer, and no user that it
    /// acts for; else the client speaks for itself.
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

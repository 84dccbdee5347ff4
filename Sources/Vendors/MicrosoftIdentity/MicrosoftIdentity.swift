package import Accounts
package import OAuth

/// Microsoft's identity platform (Entra ID and personal accounts).
package struct MicrosoftIdentity: Vendor {
    package let presets = [Provider.microsoft]

    /// How long a refresh token may lie unused, as Microsoft's page on refresh tokens has it.
    package static let unusedLimit = Duration.seconds(90 * 86_400)

    package init() {}

    package func findings(on scope: Scope, of provider: Provider, table: String) -> [VendorFinding] {
        guard provider.isOfMicrosoftIdentityPlatform, !scope.contains("offline_access") else { return [] }
        return [
            VendorFinding(
                "scopes of \(table) lack offline_access: Microsoft gives no refresh token, and the access token ends "
                    + "within the hour", hint: "add \"offline_access\"")
        ]
    }

    package func reading(of error: OAuthError, account: String) -> VendorReading? {
        error.entraCodes.lazy.compactMap { $0.reading(account: account) }.first
    }
}

extension Provider {
    /// Whether refresh tokens come of Microsoft's identity platform, which gives them for the scope `offline_access`
    /// only.
    package var isOfMicrosoftIdentityPlatform: Bool {
        scopes.contains("offline_access") && tokenEndpoint.hasSuffix("/oauth2/v2.0/token")
    }
}

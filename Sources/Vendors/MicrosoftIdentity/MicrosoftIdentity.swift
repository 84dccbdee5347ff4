package import Accounts
package import OAuth
import Text

/// Microsoft's identity platform (Entra ID and personal accounts).
package struct MicrosoftIdentity: Vendor {
    package let presets = [Provider.microsoft, .microsoftExternalID, .microsoftB2C]

    /// How long an unused refresh token remains valid, according to Microsoft's documentation.
    package static let unusedLimit = Duration.seconds(90 * 86_400)

    /// The traits in the public cloud.
    package static let traits = traits(issuerTemplate: "https://login.microsoftonline.com/{tenantid}/v2.0")

    /// With `userChooses`, the sign-in page shows an account picker; otherwise single sign-on would silently use the
    /// account that signed in last.
    package static func traits(issuerTemplate: String, userChooses: Bool = true) -> ServerTraits {
        ServerTraits {
            $0.issuerTemplate = issuerTemplate
            $0.scopeMatching = .resourcePrefix
            if userChooses { $0.authorizationParameters = [FormField("prompt", "select_account")] }
            $0.thumbprints = .byAlgorithm
            // According to Microsoft's documentation a refresh token stays valid after its use.
            $0.toleratesReuse = true
            // Fifteen identical requests within five minutes are refused (AADSTS50196); this allows at most fourteen.
            $0.replies = ReplyTraits(
                needsScope: true, allowance: RequestAllowance(burst: 4, refill: .seconds(30)))
        }
    }

    package init() {}

    package func findings(
        on scope: Scope, flow: GrantFlow, of provider: Provider, table: String
    ) -> [VendorFinding] {
        guard provider.isOfMicrosoftIdentityPlatform else { return [] }
        switch flow {
        case .clientCredentials:
            // Presets of other APIs may not offer this flow at all.
            guard presets.contains(where: { $0.name == provider.name }) else { return [] }
            guard scope.tokens.count != 1 || !scope.tokens.allSatisfy({ $0.hasSuffix("/.default") }) else { return [] }
            return [
                VendorFinding(
                    "scopes of \(table): Microsoft takes one scope ending in /.default where the client acts for itself",
                    hint: "write scopes = [\"https://graph.microsoft.com/.default\"], or that of your API")
            ]
        case .code, .device:
            let mixed = ScopeResource.finding(on: scope, table: table)
            guard !scope.contains("offline_access") else { return mixed }
            return mixed + [
                VendorFinding(
                    "scopes of \(table) lack offline_access: Microsoft gives no refresh token, and the access token "
                        + "ends within the hour", hint: "add \"offline_access\"")
            ]
        }
    }

    package func findings(
        onToken target: TokenTarget, flow: GrantFlow, of provider: Provider, table: String
    ) -> [VendorFinding] {
        guard provider.isOfMicrosoftIdentityPlatform else { return [] }
        guard target.resource.isEmpty, target.audience == nil else {
            return [
                VendorFinding(
                    "\(table) states a resource or an audience, which Microsoft doesn't take",
                    hint: "put the resource into scopes, as in scopes = [\"https://graph.microsoft.com/User.Read\"]")
            ]
        }
        return flow == .clientCredentials
            ? findings(on: target.scope, flow: flow, of: provider, table: table)
            : ScopeResource.finding(on: target.scope, table: table)
    }

    package func reading(of error: OAuthError, account: RemedyAccount) -> VendorReading? {
        error.entraCodes.lazy.compactMap { $0.reading(account: account) }.first
    }

    /// Explains a code from the sign-in page, given with its text, without it or as a number only.
    package func explanation(of text: String, account: RemedyAccount) -> String? {
        guard let code = EntraCode(in: text.uppercased()) ?? Self.number(in: text.messageWords, account) else {
            return nil
        }
        let remedy =
            code.reading(account: account)?.remedy
            ?? "it isn't known here; Microsoft explains it at https://login.microsoftonline.com/error?code=\(code.number)"
        return "AADSTS\(code.number): \(remedy)"
    }

    /// A code without its prefix: a number that is the whole text, or one of the known ones within a message.
    private static func number(in words: [String], _ account: RemedyAccount) -> EntraCode? {
        let codes = words.compactMap { Int($0) }.filter { $0 > 9999 }.map(EntraCode.init)
        return words.count == 1 ? codes.first : codes.first { $0.reading(account: account) != nil }
    }
}

extension Provider {
    /// Whether the preset is one of Microsoft's identity platform, which issues refresh tokens only for the scope
    /// `offline_access`.
    package var isOfMicrosoftIdentityPlatform: Bool {
        scopes.contains("offline_access") && tokenEndpoint.hasSuffix("/oauth2/v2.0/token")
    }
}

package import OAuth
import Text

/// What one of several access tokens of a grant is for, as the request for it says.
package struct TokenTarget: Sendable, Hashable {
    /// Empty if the token has the whole scope of the grant that applies to its resource or audience.
    package var scope: Scope
    /// Absolute URIs without a fragment (RFC 8707 section 2); empty stands for those of the account.
    package var resource: [String]
    /// The value of the parameter `audience`, by which some servers know an API.
    package var audience: String?

    package init(scope: Scope = Scope([]), resource: [String] = [], audience: String? = nil) {
        self.scope = scope
        self.resource = resource
        self.audience = audience
    }
}

/// The further access tokens of an account's grant: one consent covers all of them, the code is redeemed for the
/// account's own token, and refreshes get the others (RFC 6749 section 6, RFC 8707 section 2.2).
extension AccountSettings {
    /// The scope that a consent requests.
    package var consentScope: Scope {
        self.tokens.isEmpty ? self.scope : Scope(self.scope.tokens + sortedTargets.flatMap(\.scope.tokens))
    }

    /// The resources that a consent requests.
    package var consentResource: [String] {
        var seen: Set<String> = []
        return (self.resource + sortedTargets.flatMap(\.resource)).filter { seen.insert($0).inserted }
    }

    private var sortedTargets: [TokenTarget] { self.tokens.sorted { $0.key < $1.key }.map(\.value) }

    /// Returns the settings with which the token for this target is requested.
    package func requesting(_ target: TokenTarget) -> AccountSettings {
        var settings = self
        settings.scope = target.scope
        if !target.resource.isEmpty { settings.resource = target.resource }
        if let audience = target.audience {
            settings.traits.tokenParameters.removeAll { $0.name == Self.audience }
            settings.traits.tokenParameters.append(FormField(Self.audience, audience))
        }
        return settings
    }

    private static let audience = "audience"
}

import Accounts
import Console
import OAuth
import Text

/// The presets as `valetkey providers` shows them.
enum ProviderText {
    /// A line for each preset, wrapped at this width.
    static func list(_ providers: [Provider], width: Int? = nil) -> String {
        let column = (providers.map(\.name.cells).max() ?? 0) + 2
        return providers.flatMap { lines($0.name, $0.summary, column: column, width) }.joined(separator: "\n")
    }

    /// All that a preset states, a fact on each line, and then its notes.
    static func facts(_ provider: Provider, width: Int? = nil) -> String {
        let facts = members(provider)
        let named = order(provider).filter { facts[$0] != nil }
        let stated = named.flatMap { name in
            lines(name == "summary" ? "" : name, facts[name] ?? "", column: 31, width)
        }
        let notes = provider.notes.flatMap { [""] + Wrapping.lines($0, width: width) }
        return (stated + notes).joined(separator: "\n")
    }

    /// The facts by their names, which are the keys of a configuration where there is one.
    static func members(_ provider: Provider) -> [String: String] {
        let parameters = provider.traits.authorizationParameters.map { "\($0.name)=\($0.value)" }
        let facts: [String: String?] = [
            "provider": provider.name, "summary": provider.summary, "successor": provider.successor,
            "issuer": provider.issuer, "authorization_endpoint": provider.authorizationEndpoint,
            "token_endpoint": provider.tokenEndpoint, "revocation_endpoint": provider.revocationEndpoint,
            "device_authorization_endpoint": provider.deviceAuthorizationEndpoint,
            "metadata_url": provider.metadataURL,
            "scopes": provider.scopes.isEmpty ? nil : provider.scopes.joined(separator: " "),
            "redirect_uri": provider.redirectURI,
            "authorization_parameters": parameters.isEmpty ? nil : parameters.joined(separator: " "),
            "client_secret": provider.needsClientSecret ? "needed" : nil,
            "source": "\(provider.source) (\(provider.asOf))",
        ]
        let places = provider.placeholders.map { ($0.name, $0.usual.map { "\($0) (default)" } ?? $0.hint) }
        return facts.compactMapValues(\.self).merging(places) { stated, _ in stated }
    }

    private static func order(_ provider: Provider) -> [String] {
        [
            "provider", "summary", "successor", "issuer", "authorization_endpoint", "token_endpoint",
            "revocation_endpoint", "device_authorization_endpoint", "metadata_url",
        ] + provider.placeholders.map(\.name) + [
            "scopes", "redirect_uri", "authorization_parameters", "client_secret", "source",
        ]
    }

    /// The name and, beside it, its text; below it where the terminal is narrow.
    private static func lines(_ name: String, _ text: String, column: Int, _ width: Int?) -> [String] {
        guard let width, width - column < 24 else {
            let label = name + String(repeating: " ", count: max(1, column - name.cells))
            return Wrapping.lines(text, width: width, first: label)
        }
        return (name.isEmpty ? [] : [name]) + Wrapping.lines(text, width: width, first: "  ")
    }
}

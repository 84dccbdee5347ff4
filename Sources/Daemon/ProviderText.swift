import Accounts
import OAuth
import Text

/// The presets as `valetkey providers` shows them.
enum ProviderText {
    static func list(_ providers: [Provider]) -> String {
        let width = providers.map(\.name.count).max() ?? 0
        return providers.map { provider in
            let padding = String(repeating: " ", count: width - provider.name.count)
            return "\(provider.name)\(padding)  \(provider.summary)"
        }.joined(separator: "\n")
    }

    static func facts(_ provider: Provider) -> String {
        let parameters = provider.traits.authorizationParameters.map { "\($0.name)=\($0.value)" }
        let placeholders = provider.placeholders.map {
            ($0.name, Optional($0.usual.map { "\($0) (default)" } ?? $0.hint))
        }
        let addresses: [(String, String?)] = [
            ("provider", provider.name),
            ("", provider.summary),
            ("successor", provider.successor),
            ("issuer", provider.issuer),
            ("authorization_endpoint", provider.authorizationEndpoint),
            ("token_endpoint", provider.tokenEndpoint),
            ("revocation_endpoint", provider.revocationEndpoint),
            ("device_authorization_endpoint", provider.deviceAuthorizationEndpoint),
            ("metadata_url", provider.metadataURL),
        ]
        let usage: [(String, String?)] = [
            ("scopes", provider.scopes.isEmpty ? nil : provider.scopes.joined(separator: " ")),
            ("redirect_uri", provider.redirectURI),
            ("authorization_parameters", parameters.isEmpty ? nil : parameters.joined(separator: " ")),
            ("client_secret", provider.needsClientSecret ? "needed" : nil),
            ("source", "\(provider.source) (\(provider.asOf))"),
        ]
        let lines = (addresses + placeholders + usage).compactMap { name, value in
            value.map { name + String(repeating: " ", count: 31 - name.count) + $0 }
        }
        return (lines + provider.notes.map { "\n\($0)" }).joined(separator: "\n")
    }
}

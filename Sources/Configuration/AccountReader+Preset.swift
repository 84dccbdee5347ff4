import Accounts
import OAuth
import Text

/// A preset together with the account's values for its placeholders.
struct Preset {
    let provider: Provider
    /// The values by placeholder name; nil if one is missing or invalid, which is then noted.
    let values: [String: String]?

    var issuer: String? { provider.issuer.map(filled) }

    func filled(_ address: String) -> String { provider.filled(address, values ?? [:]) }

    /// The provider's traits with the placeholders in their addresses replaced.
    var traits: ServerTraits {
        var traits = provider.traits
        traits.issuerTemplate = traits.issuerTemplate.map(filled)
        traits.metadataURL = provider.metadataURL.flatMap { try? EndpointURL(filled($0)) }
        return traits
    }
}

extension AccountReader {
    func preset(of provider: Provider?) -> Preset? {
        let taken = provider?.placeholders.map(\.name) ?? []
        // For an unknown provider, which is noted elsewhere, it can't be said whether the key is valid.
        for key in catalogue.placeholderKeys where table.has(key) && !taken.contains(key) {
            guard table.text(key) != nil else { continue }
            if let provider {
                table.note("\(key) in \(table.name): the provider \(provider.name.quoted) has no \(key)", at: key)
            } else if !table.has("provider") {
                table.note(
                    "\(key) in \(table.name) needs a provider that has one", at: key,
                    hint: "put the \(key) into the endpoints, or state a provider")
            }
        }
        guard let provider else { return nil }
        var values: [String: String] = [:]
        var isWhole = true
        for placeholder in provider.placeholders {
            let isThere = table.has(placeholder.name)
            if let value = value(of: placeholder) {
                values[placeholder.name] = value
            } else if isThere || placeholder.usual == nil {
                isWhole = false
            }
            if !isThere, placeholder.usual == nil {
                table.note(
                    "\(table.name) has no \(placeholder.name), which the provider \(provider.name.quoted) needs",
                    at: "provider", hint: placeholder.hint)
            }
        }
        return Preset(provider: provider, values: isWhole ? values : nil)
    }

    private func value(of placeholder: Placeholder) -> String? {
        if case .choice(let choices) = placeholder.kind {
            return table.choice(placeholder.name, of: choices.map(\.word))
        }
        guard let value = table.text(placeholder.name) else { return nil }
        guard placeholder.text(for: value) != nil else {
            table.note(
                "\(placeholder.name) in \(table.name) is no \(placeholder.name)", at: placeholder.name,
                hint: placeholder.hint)
            return nil
        }
        return value
    }
}

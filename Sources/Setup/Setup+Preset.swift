import Accounts
import Console
import Failures
import OAuth
import Text

/// An account of a preset.
extension Setup {
    /// Lists the presets and asks for one of them, by its number or name, or for a URL.
    func chooseTarget() throws(CommandFailure) -> String {
        let presets = catalogue.all.filter { $0.successor == nil }
        guard dialogue.asks else {
            throw CommandFailure(
                .usage, "neither a provider nor a URL is given", hint: "valetkey providers lists them")
        }
        let (digits, width) = ("\(presets.count)".count, presets.map(\.name.count).max() ?? 0)
        for (index, preset) in presets.enumerated() {
            let number = "\(index + 1)"
            let margin = String(repeating: " ", count: digits - number.count)
            let gap = String(repeating: " ", count: width - preset.name.count)
            dialogue.say("\(margin)\(number)  \(preset.name)\(gap)  \(preset.summary)")
        }
        let names = presets.map(\.name)
        func chosen(_ text: String) -> String? {
            if text.contains("://") || catalogue.named(text) != nil { return text }
            return Int(text).flatMap { (1...names.count).contains($0) ? names[$0 - 1] : nil }
        }
        let answer = try dialogue.ask("Number or name of a provider, or the URL of an API", option: "an argument") {
            chosen($0) == nil ? "There is no such provider." : nil
        }
        return chosen(answer) ?? answer
    }

    func preset(_ name: String) throws(CommandFailure) -> Provider {
        guard let provider = catalogue.named(name) else {
            let near = NearestName.near(name, in: catalogue.all.map(\.name))
            let hint =
                if !near.isEmpty {
                    "did you mean \(near.joined(separator: " or "))?"
                } else if name.contains(".") {
                    "for the URL of an API, write https://\(name)"
                } else {
                    "valetkey providers lists them"
                }
            throw CommandFailure(.usage, "there is no provider \(name.quoted)", hint: hint)
        }
        return provider
    }

    /// Asks for what the preset needs, and writes the account. Returns its name.
    func addFromPreset(_ provider: Provider, _ taken: Set<String>) throws(CommandFailure) -> String {
        let redirectURI = try statedRedirectURI()
        describe(provider, redirectURI: redirectURI?.text ?? provider.redirectURI)
        var draft = AccountDraft(
            name: try accountName(like: provider.name, taken), origin: "from the provider \(provider.name)")
        draft.set("provider", provider.name)
        draft.set("client_id", try clientID())
        for (key, value) in try placeholders(of: provider) { draft.set(key, value) }
        var places: [(String, SecretPlace)] = []
        if provider.needsClientSecret || options.clientSecretFile != nil {
            let place = try dialogue.askSecret(
                "Client secret", stated: options.clientSecretFile, option: "--client-secret-file", secrets: secrets)
            places.append(("client_secret", place))
        }
        places += try vendorSecrets(of: provider)
        let scopes = try scopes(like: provider.scopes)
        if scopes != provider.scopes, !scopes.isEmpty { draft.set("scopes", .texts(scopes)) }
        draft.set("redirect_uri", redirectURI?.text)
        try write(draft, places)
        return draft.name
    }

    private func describe(_ provider: Provider, redirectURI: String) {
        dialogue.say("\(provider.summary) (\(provider.name))")
        if let successor = provider.successor {
            dialogue.say("warning: this has been switched off; use \(successor)")
        }
        dialogue.say("If you have no client there yet, register one: \(provider.source)")
        dialogue.say("  redirect URI to register: \(redirectURI)")
        for note in provider.notes { dialogue.say("  \(note)") }
        dialogue.say()
    }

    private func placeholders(of provider: Provider) throws(CommandFailure) -> [(String, String)] {
        var stated = try SetupOptions.pairs(options.set, "set")
        stated["tenant"] = options.tenant ?? stated["tenant"]
        let names = provider.placeholders.map(\.name)
        if let other = stated.keys.sorted().first(where: { !names.contains($0) }) {
            throw CommandFailure(
                .usage, "the provider \(provider.name) has no \(other)",
                hint: names.isEmpty ? nil : "it has \(names.joined(separator: ", "))")
        }
        var values: [(String, String)] = []
        for placeholder in provider.placeholders {
            let complaint = { (value: String) -> String? in
                placeholder.text(for: value) == nil ? "This is no \(placeholder.name): \(placeholder.hint)." : nil
            }
            if let value = stated[placeholder.name] {
                if let complaint = complaint(value) { throw CommandFailure(.usage, complaint) }
                values.append((placeholder.name, value))
                continue
            }
            let value = try dialogue.ask(
                "\(placeholder.name) (\(placeholder.hint))", default: placeholder.usual,
                option: "--set \(placeholder.name)=VALUE", complaint: complaint)
            if value != placeholder.usual { values.append((placeholder.name, value)) }
        }
        return values
    }

    private func vendorSecrets(of provider: Provider) throws(CommandFailure) -> [(String, SecretPlace)] {
        let stated = try SetupOptions.pairs(options.secretFiles, "secret-file")
        let keys = catalogue.secretKeys.filter { $0.presets.contains(provider.name) }
        if let other = stated.keys.sorted().first(where: { name in !keys.contains { $0.name == name } }) {
            throw CommandFailure(.usage, "the provider \(provider.name) has no secret \(other.quoted)")
        }
        var places: [(String, SecretPlace)] = []
        // Some APIs have a public test secret, so that a setup without questions may go without.
        for key in keys where dialogue.asks || stated[key.name] != nil {
            if let place = key.place, stated[key.name] == nil { dialogue.say("\(key.words): \(place)") }
            let place = try dialogue.askSecret(
                key.words, stated: stated[key.name], option: "--secret-file \(key.name)=PATH", secrets: secrets)
            places.append((key.name, place))
        }
        return places
    }
}

extension VendorSecretKey {
    /// The key as words, with a capital.
    fileprivate var words: String {
        let text = name.replacing("_", with: " ")
        return text.prefix(1).uppercased() + text.dropFirst()
    }
}

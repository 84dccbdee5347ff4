import OAuth
import Text

/// Reads values of OAuth's own types.
extension TableReader {
    func endpoint(_ key: String) -> EndpointURL? {
        text(key).flatMap { endpoint($0, key) }
    }

    func endpoint(_ text: String, _ key: String) -> EndpointURL? {
        do throws(EndpointFault) {
            return try EndpointURL(text)
        } catch {
            note("\(key) in \(name): \(error)", at: key)
            return nil
        }
    }

    func redirect(_ key: String) -> RedirectURI? {
        guard let text = text(key) else { return nil }
        do throws(RedirectFault) {
            return try RedirectURI(text)
        } catch {
            note("\(key) in \(name): \(error)", at: key)
            return nil
        }
    }

    func scope(_ key: String) -> Scope? {
        guard let texts = texts(key) else { return nil }
        // A single string may contain several scopes, as in RFC 6749 section 3.3; each element of an array is one
        // scope.
        let isList = if case .array = values[key] { true } else { false }
        let scope = isList ? Scope(texts) : Scope(parsing: texts.joined())
        guard scope.isWellFormed else {
            note(
                "\(key) in \(name) holds a character that no scope has", at: key,
                hint: #"write one scope an element, or all in one string with spaces between them"#)
            return nil
        }
        return scope
    }

    /// Absolute URIs without a fragment (RFC 8707 section 2).
    func resources(_ key: String) -> [String]? {
        guard let texts = texts(key) else { return nil }
        for text in texts where !ResourceIndicator.isValid(text) {
            note("\(key) in \(name) isn't an absolute URI without a fragment", at: key)
            return nil
        }
        return texts
    }

    /// Parameters by name, except those that the protocol sets; `false` removes a default parameter.
    func parameters(_ key: String, except reserved: Set<String>) -> StatedParameters? {
        guard let parameters = table(key) else { return nil }
        var stated = StatedParameters()
        for (field, node) in parameters.values.sorted(by: { $0.key < $1.key }) {
            if reserved.contains(field) {
                parameters.note(
                    "\(key) in \(name) sets \(field.quoted), which the protocol sets itself", at: field,
                    hint: Self.ownKeys[field].map { "state it as \($0)" } ?? "leave it out")
            } else if case .integer(let number) = node {
                stated.set.append(FormField(field, String(number)))
            } else if case .boolean(false) = node {
                stated.removed.insert(field)
            } else if let value = parameters.text(field) {
                stated.set.append(FormField(field, value))
            }
        }
        return stated
    }

    /// The account keys for parameters that can't be set directly.
    private static let ownKeys = [
        "scope": "scopes", "redirect_uri": "redirect_uri", "client_id": "client_id", "client_secret": "client_secret",
        "resource": "resource",
    ]
}

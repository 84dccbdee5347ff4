import FoundationEssentials
import OAuth
import Text

/// Reads the values of one table and notes mistakes in them. A value that is absent or invalid is read as nil.
struct TableReader {
    /// The path of keys to the table.
    let path: [String]
    let values: [String: TOMLNode]
    let findings: FindingCollector
    /// The keys whose values come from [defaults].
    var inherited: Set<String> = []

    /// The table's name for messages.
    var name: String { path.map(\.shown).joined(separator: ".") }

    /// The path of keys to one of its values.
    private func place(of key: String) -> [String] { (inherited.contains(key) ? ["defaults"] : path) + [key] }

    func has(_ key: String) -> Bool { values[key] != nil }

    /// Notes a finding about a key of the table, or about the table itself.
    func note(_ message: String, at key: String? = nil, hint: String? = nil, severity: Finding.Severity = .error) {
        findings.add(message, at: key.map(place(of:)) ?? path, hint: hint, severity: severity)
    }

    func refuseUnknownKeys(_ known: [String]) {
        for key in values.keys where !known.contains(key) {
            let near = NearestName.nearest(to: key, in: known).map { "did you mean \($0.quoted)?" }
            note(
                "unknown key \(key.quoted) in \(name)", at: key,
                hint: near ?? "the keys there are \(known.sorted().joined(separator: ", "))")
        }
    }

    func table(_ key: String) -> TableReader? {
        guard let node = values[key] else { return nil }
        guard case .table(let branch) = node else { return refuse(key, node, wanting: "a table") }
        return TableReader(path: place(of: key), values: branch.values, findings: findings)
    }

    /// A non-empty string without control characters.
    func text(_ key: String) -> String? {
        guard let node = values[key] else { return nil }
        guard case .string(let text) = node else { return refuse(key, node, wanting: "a string") }
        return clean(text, key)
    }

    func flag(_ key: String) -> Bool? {
        guard let node = values[key] else { return nil }
        guard case .boolean(let flag) = node else {
            return refuse(key, node, wanting: "a boolean", hint: "write true or false, without quotes")
        }
        return flag
    }

    /// The path of a file.
    func path(_ key: String) -> String? {
        guard let path = text(key) else { return nil }
        guard path.hasPrefix("/") || path.hasPrefix("~/") else {
            note("\(key) in \(name) isn't an absolute path", at: key, hint: "let it begin with / or ~/")
            return nil
        }
        return path
    }

    /// One of the given words.
    func choice(_ key: String, of words: [String]) -> String? {
        guard let word = text(key) else { return nil }
        if words.contains(word) { return word }
        let near = NearestName.nearest(to: word, in: words).map { "did you mean \($0.quoted)?" }
        note(
            "unknown \(key) \(word.quoted) in \(name)", at: key,
            hint: near ?? "it is one of \(words.joined(separator: ", "))")
        return nil
    }

    /// A string or an array of strings.
    func texts(_ key: String) -> [String]? {
        guard let node = values[key] else { return nil }
        if case .string(let text) = node { return clean(text, key).map { [$0] } }
        guard case .array(let elements) = node else { return refuse(key, node, wanting: "an array of strings") }
        return strings(elements, key)
    }

    /// A program and its arguments.
    func command(_ key: String) -> [String]? {
        guard let node = values[key] else { return nil }
        guard case .array(let elements) = node else {
            return refuse(
                key, node, wanting: "an array of strings",
                hint: #"write the program and its arguments apart, as in ["pass", "show", "NAME"]; no shell reads it"#)
        }
        return strings(elements, key)
    }

    func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let node = values[key] else { return nil }
        guard case .integer(let number) = node else { return refuse(key, node, wanting: "an integer") }
        guard range.contains(number) else {
            note(
                "\(key) in \(name) is out of range", at: key,
                hint: "it goes from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return number
    }

    func duration(_ key: String, in range: ClosedRange<Duration>) -> Duration? {
        guard let node = values[key] else { return nil }
        let hint = "write it like \(DurationText.examples)"
        guard case .string(let text) = node else { return refuse(key, node, wanting: "a string", hint: hint) }
        guard let text = clean(text, key) else { return nil }
        guard let duration = DurationText.parse(text) else {
            note("[\(name)] \(key): \(text.quoted) isn't a duration", at: key, hint: hint)
            return nil
        }
        guard range.contains(duration) else {
            let bounds = [range.lowerBound, range.upperBound].map(DurationText.format).joined(separator: " to ")
            note("\(key) in \(name) is out of range", at: key, hint: "it goes from \(bounds)")
            return nil
        }
        return duration
    }

    /// A moment, as RFC 3339 writes it.
    func time(_ key: String) -> Date? {
        guard let text = text(key) else { return nil }
        guard let date = try? Date(text, strategy: .iso8601) else {
            note(
                "\(key) in \(name): \(text.quoted) isn't a time", at: key, hint: "write it like 2030-01-31T12:00:00Z")
            return nil
        }
        return date
    }

    /// Notes that a value has the wrong type.
    func refuse<Value>(_ key: String, _ node: TOMLNode, wanting wanted: String, hint: String? = nil) -> Value? {
        note("\(key.shown) in \(place) must be \(wanted), not \(node.kind)", at: key, hint: hint)
        return nil
    }

    private var place: String { path.isEmpty ? "the file" : name }

    private func strings(_ elements: [TOMLNode], _ key: String) -> [String]? {
        guard !elements.isEmpty else { return refuseEmpty(key) }
        var texts: [String] = []
        for element in elements {
            guard case .string(let text) = element else {
                note("\(key) in \(name) must contain only strings, not \(element.kind)", at: key)
                return nil
            }
            guard let text = clean(text, key) else { return nil }
            texts.append(text)
        }
        return texts
    }

    private func clean(_ text: String, _ key: String) -> String? {
        guard !text.isEmpty else { return refuseEmpty(key) }
        guard text.isPrintable else {
            note("\(key) in \(name) holds a control character", at: key)
            return nil
        }
        return text
    }

    private func refuseEmpty<Value>(_ key: String) -> Value? {
        note("\(key.shown) in \(name) is empty", at: key, hint: "give it a value, or leave it out")
        return nil
    }
}

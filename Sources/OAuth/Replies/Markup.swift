/// A body in XML or HTML where JSON is expected: the reply of a server that ignores `Accept`, or a page of a gateway.
struct Markup {
    /// Whether it is a page for a browser.
    private(set) var isPage = false
    /// The text without tags, scripts and styles. Each tag is a line break.
    private(set) var text = ""
    /// The elements that contain only text, and the attributes, by name without prefix.
    private var members: [String: ReplyObject.Value] = [:]
    private var isWhole = false

    /// More isn't read.
    private static let limit = 1 << 16
    private static let pageElements: Set<String> = [
        "html", "head", "body", "title", "script", "style", "div", "p", "h1", "h2", "center", "br", "meta", "!doctype",
    ]

    /// Returns nil if the body doesn't begin with a tag.
    init?(_ bytes: [UInt8]) {
        let content = String(decoding: bytes.prefix(Self.limit), as: UTF8.self)
        guard let start = content.firstIndex(where: { !$0.isWhitespace && $0 != "\0" }), content[start] == "<" else {
            return nil
        }
        read(content[start...])
    }

    /// nil for a page, which may quote anything.
    var object: ReplyObject? {
        isPage || members.isEmpty ? nil : ReplyObject(members: members, isWhole: isWhole)
    }

    private mutating func read(_ content: Substring) {
        var rest = content
        var opened: (name: String, text: String)?
        while let open = rest.firstIndex(of: "<") {
            let passed = Self.unescaped(rest[..<open])
            text += passed
            opened?.text += passed
            rest = rest[open...]
            if let data = rest.between("<![CDATA[", "]]>") {
                text += data.inner
                opened?.text += data.inner
                rest = data.rest
                continue
            }
            if let comment = rest.between("<!--", "-->") {
                rest = comment.rest
                continue
            }
            guard let tag = rest.between("<", ">") else { break }
            rest = tag.rest
            text += "\n"
            let name = Self.name(of: tag.inner)
            if Self.pageElements.contains(name.lowercased()) { isPage = true }
            if tag.inner.hasPrefix("/") {
                if let opened, opened.name == name { add(name, opened.text) }
                opened = nil
                isWhole = rest.allSatisfy(\.isWhitespace)
            } else {
                readAttributes(tag.inner)
                opened = tag.inner.hasSuffix("/") ? nil : (name, "")
            }
            if ["script", "style"].contains(name.lowercased()), opened != nil {
                rest = rest.firstRange(of: "</\(name)").map { rest[$0.lowerBound...] } ?? ""
            }
        }
        text += Self.unescaped(rest)
    }

    private mutating func add(_ name: String, _ value: String) {
        let value = value.trimmed
        if !value.isEmpty, members[name] == nil { members[name] = .text(value) }
    }

    private mutating func readAttributes(_ tag: Substring) {
        guard !tag.hasPrefix("?"), !tag.hasPrefix("!") else { return }
        for part in tag.split(separator: " ").dropFirst() where part.contains("=") {
            guard let sign = tag.firstRange(of: part)?.lowerBound else { continue }
            let pair = tag[sign...]
            guard let equals = pair.firstIndex(of: "="), let quote = pair[equals...].dropFirst().first,
                quote == "\"" || quote == "'"
            else { continue }
            let name = Self.name(of: pair[..<equals])
            let value = pair[equals...].dropFirst(2).prefix { $0 != quote }
            if name != "xmlns", !pair.hasPrefix("xmlns") { add(name, Self.unescaped(value)) }
        }
    }

    /// The name without its prefix.
    private static func name(of tag: Substring) -> String {
        let whole = tag.drop { $0 == "/" }.prefix { !$0.isWhitespace && $0 != "/" && $0 != ">" }
        return String(whole.split(separator: ":").last ?? whole)
    }

    private static let entities = [
        ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#39;", "'"), ("&#34;", "\""),
        ("&nbsp;", " "), ("&amp;", "&"),
    ]

    private static func unescaped(_ text: Substring) -> String {
        guard text.contains("&") else { return String(text) }
        return entities.reduce(String(text)) { $0.replacing($1.0, with: $1.1) }
    }
}

extension Substring {
    /// What stands between a prefix and the next `end`, and the rest after it; nil if there is no such prefix or end.
    fileprivate func between(_ prefix: String, _ end: String) -> (inner: Substring, rest: Substring)? {
        guard hasPrefix(prefix) else { return nil }
        let inner = dropFirst(prefix.count)
        guard let close = inner.firstRange(of: end) else { return nil }
        return (inner[..<close.lowerBound], inner[close.upperBound...])
    }
}

extension String {
    fileprivate var trimmed: String {
        guard let last = lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(self[...last].drop(while: \.isWhitespace))
    }
}

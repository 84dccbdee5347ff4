import Text

/// The element of a SOAP request as a person gives it, without an envelope. What the service would ignore or refuse
/// with a vague fault is found before anything is sent.
struct SOAPRequest: Sendable {
    /// The content of the envelope's body.
    let xml: String

    init(_ text: String, _ operation: String, of service: AdvertisingService) throws(CallMistake) {
        if text.isEmpty { throw .notXML("it is empty") }
        if let objection = XMLGuard.objection(to: Array(text.utf8)) { throw .notXML("it is \(objection)") }
        let element =
            text.hasPrefix("<?xml") ? (text.firstRange(of: "?>").map { text[$0.upperBound...] } ?? "") : text[...]
        guard let root = Root(element) else { throw .notXML("it has no element") }
        if ["Envelope", "Header", "Body"].contains(root.name) { throw .envelope(operation) }
        guard root.name == "\(operation)Request" else { throw .otherElement(root.name, operation) }
        guard root.namespace == service.namespace else {
            throw .otherNamespace(root.namespace, service.namespace)
        }
        xml = String(element)
    }

    /// The start tag of the first element.
    private struct Root {
        /// The name without its prefix.
        let name: String
        /// nil if the start tag declares none for the element.
        let namespace: String?

        init?(_ text: Substring) {
            var rest = text
            // Comments may precede the element.
            while let start = rest.firstRange(of: "<!--"), rest[..<start.lowerBound].allSatisfy(\.isWhitespace) {
                guard let end = rest.firstRange(of: "-->") else { return nil }
                rest = rest[end.upperBound...]
            }
            let tag = rest.drop { $0 != "<" }.dropFirst()
            let whole = tag.prefix { !$0.isWhitespace && $0 != ">" && $0 != "/" }
            let parts = whole.split(separator: ":", omittingEmptySubsequences: false)
            guard let last = parts.last, !last.isEmpty, parts.count < 3 else { return nil }
            name = String(last)
            let attribute = parts.count == 2 ? "xmlns:\(parts[0])" : "xmlns"
            namespace = Self.value(of: attribute, in: tag[whole.endIndex...].prefix { $0 != ">" })
        }

        private static func value(of name: String, in attributes: Substring) -> String? {
            for match in attributes.matches(of: #/([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/#) where match.1 == name {
                return (match.2 ?? match.3).map(String.init)
            }
            return nil
        }
    }
}

import Foundation
import FoundationXML

/// XML in a canonical form, equal for documents with the same meaning: namespaces instead of prefixes, no white space
/// between elements, elements in their original order. It uses a different parser from the code under test.
final class CanonicalXML: NSObject, XMLParserDelegate {
    private var lines: [String] = []
    private var path: [String] = []
    private var text = ""

    static func lines(_ xml: String, replacing old: String = "", with new: String = "") throws -> [String] {
        let source = old.isEmpty ? xml : xml.replacing(old, with: new)
        let parser = XMLParser(data: Data(source.utf8))
        let canonical = CanonicalXML()
        parser.shouldProcessNamespaces = true
        parser.delegate = canonical
        guard parser.parse() else { throw CocoaError(.coderInvalidValue) }
        return canonical.lines
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        path.append("{\(namespaceURI ?? "")}\(name)")
        let isNil = attributes.contains { $0.key.hasSuffix(":nil") && $0.value == "true" }
        text = ""
        lines.append(path.joined(separator: "/") + (isNil ? " nil" : ""))
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        text += string
    }

    func parser(
        _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
    ) {
        let value = text.trimmingCharacters(in: .whitespacesAndNewlines)
        if !value.isEmpty { lines.append(path.joined(separator: "/") + " = \(value)") }
        text = ""
        path.removeLast()
    }
}

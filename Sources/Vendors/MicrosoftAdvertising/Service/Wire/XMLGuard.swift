/// Decides whether octets may be given to the XML parser.
///
/// SOAP forbids document type declarations (SOAP 1.1 section 3). Without one there are no entities, and therefore
/// neither entity expansion attacks nor external files or hosts that the parser would load.
enum XMLGuard {
    /// Returns what is wrong; nil if the octets may be parsed.
    static func objection(to bytes: [UInt8]) -> String? {
        guard !bytes.isEmpty else { return "an empty body" }
        // Any other encoding could hide a declaration from the search below.
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            return "XML that isn't UTF-8"
        }
        let start = text.drop { $0 == "\u{feff}" || $0.isWhitespace }
        guard start.first == "<" else { return "a body that isn't XML" }
        if start.hasPrefix("<?xml"), let declaration = start.firstRange(of: "?>").map({ start[..<$0.lowerBound] }) {
            let folded = declaration.lowercased()
            guard !folded.contains("encoding") || folded.contains("utf-8") else { return "XML that isn't UTF-8" }
        }
        guard !text.contains("<!DOCTYPE"), !text.contains("<!ENTITY") else {
            return "XML with a document type, which SOAP forbids"
        }
        guard nestingIsShallow(bytes) else { return "XML that is nested without end" }
        return nil
    }

    private static let deepest = 64

    /// Counts start and end tags. The count is approximate if comments or CDATA contain markup, which no reply does.
    private static func nestingIsShallow(_ bytes: [UInt8]) -> Bool {
        var depth = 0
        for (index, octet) in bytes.enumerated() where octet == UInt8(ascii: "<") && index + 1 < bytes.count {
            switch bytes[index + 1] {
            case UInt8(ascii: "/"): depth -= 1
            case UInt8(ascii: "?"), UInt8(ascii: "!"): continue
            default:
                let end = bytes[index...].firstIndex(of: UInt8(ascii: ">")) ?? bytes.endIndex
                if bytes[end - 1] != UInt8(ascii: "/") { depth += 1 }
            }
            if depth > deepest { return false }
        }
        return true
    }
}

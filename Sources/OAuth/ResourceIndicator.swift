/// A resource parameter (RFC 8707).
package enum ResourceIndicator {
    /// Whether the text is an absolute URI without a fragment (RFC 8707 section 2).
    package static func isValid(_ text: String) -> Bool {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let first = parts[0].first, first.isASCII, first.isLetter, !parts[1].isEmpty else {
            return false
        }
        let isScheme = parts[0].allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
        return isScheme && text.utf8.allSatisfy { (0x21...0x7e).contains($0) } && !text.contains("#")
    }
}

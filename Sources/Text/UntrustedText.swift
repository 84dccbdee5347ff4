/// Makes text from outside safe for a log, a terminal or a message.
package enum UntrustedText {
    /// Replaces control characters by spaces and cuts the text off after `limit` characters.
    package static func clean(_ text: some StringProtocol, limit: Int = 400) -> String {
        var cleaned = ""
        for scalar in text.unicodeScalars.prefix(limit * 2) {
            if scalar.isShowable {
                cleaned.unicodeScalars.append(scalar)
            } else if !cleaned.hasSuffix(" ") {
                cleaned.append(" ")
            }
        }
        let trimmed = cleaned.drop { $0 == " " }
        return trimmed.count > limit ? "\(trimmed.prefix(limit))…" : String(trimmed.trimmingSuffix { $0 == " " })
    }
}

extension StringProtocol {
    fileprivate func trimmingSuffix(while isDropped: (Character) -> Bool) -> SubSequence {
        guard let last = lastIndex(where: { !isDropped($0) }) else { return self[startIndex..<startIndex] }
        return self[...last]
    }
}

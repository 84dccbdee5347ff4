package import OAuth

/// An error code of Microsoft's identity platform (`AADSTS…`). It says more than OAuth's word beside it; a code that
/// isn't known changes nothing. The codes may change, says Microsoft, so that OAuth's word decides by default.
package struct EntraCode: Sendable, Hashable {
    package let number: Int

    package init(_ number: Int) {
        self.number = number
    }

    /// The first code in the description of an error.
    package init?(in description: String) {
        guard let start = description.firstRange(of: "AADSTS")?.upperBound,
            let number = Int(description[start...].prefix { $0.isASCII && $0.isNumber })
        else { return nil }
        self.number = number
    }
}

extension OAuthError {
    /// Microsoft's own codes, where this error has some: that of the text first, then those that stand beside it.
    package var entraCodes: [EntraCode] {
        let told = details.flatMap(EntraCode.init(in:))
        return (told.map { [$0] } ?? []) + numbers.map(EntraCode.init).filter { $0 != told }
    }
}

package import OAuth

/// An error code of Microsoft's identity platform (`AADSTS…`). It is more precise than the OAuth error code, but
/// Microsoft may change it; for an unknown one, the OAuth error code decides.
package struct EntraCode: Sendable, Hashable {
    package let number: Int

    package init(_ number: Int) {
        self.number = number
    }

    /// Finds the first code in an error's description.
    package init?(in description: String) {
        guard let start = description.firstRange(of: "AADSTS")?.upperBound,
            let number = Int(description[start...].prefix { $0.isASCII && $0.isNumber })
        else { return nil }
        self.number = number
    }
}

extension OAuthError {
    /// Microsoft's codes for this error: first the one in the description, then those in `error_codes`.
    package var entraCodes: [EntraCode] {
        let told = details.flatMap(EntraCode.init(in:))
        return (told.map { [$0] } ?? []) + numbers.map(EntraCode.init).filter { $0 != told }
    }
}

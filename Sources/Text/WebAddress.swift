extension StringProtocol {
    /// Whether the text is an absolute http or https URL of printable ASCII characters without blanks, so that a program
    /// that gets it as an argument can take it for nothing else.
    package var isWebAddress: Bool {
        let scheme = prefix { $0 != ":" }.lowercased()
        guard scheme == "http" || scheme == "https" else { return false }
        let rest = dropFirst(scheme.count)
        return rest.hasPrefix("://") && rest.utf8.count > 3 && utf8.allSatisfy { (0x21...0x7e).contains($0) }
    }
}

/// The content security policy's source expression for the target of a form.
enum FormTarget {
    /// The origin of a URI as a source expression, or only its scheme where that belongs to an application. nil where
    /// the text could add another directive to the policy.
    static func origin(_ uri: String) -> String? {
        guard let colon = uri.firstIndex(of: ":") else { return nil }
        let scheme = uri[..<colon]
        let rest = uri[uri.index(after: colon)...]
        let origin =
            rest.hasPrefix("//")
            ? "\(scheme)://\(rest.dropFirst(2).prefix { $0 != "/" && $0 != "?" && $0 != "#" })" : "\(scheme):"
        let isPlain = origin.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: ";") }
        return isPlain && !origin.contains(",") && !origin.contains("'") ? origin : nil
    }
}

import Failures

extension ProviderCatalogue {
    /// Returns a sentence on what an error code means and what to do about it; nil if the code is unknown. `text` is a
    /// code of valetkey, OAuth or a vendor; a vendor's code may have the vendor's text around it.
    package func explanation(of text: String, account: String) -> String? {
        if let known = vendors.lazy.compactMap({ $0.explanation(of: text, account: account) }).first { return known }
        guard let code = FailureCode(rawValue: text.lowercased()), code != .unlistedError else { return nil }
        let title = "\(code.facts.title.prefix(1).lowercased())\(code.facts.title.dropFirst())"
        let remedy = code.remedy(account: account) ?? code.facts.meaning.advice(account: account)
        let isRepeated = title == code.rawValue.replacing("_", with: " ")
        return [code.rawValue, isRepeated ? nil : title, remedy].compactMap(\.self).joined(separator: ": ")
    }
}

extension FailureMeaning {
    /// The general advice for a failure of this kind.
    fileprivate func advice(account: String) -> String {
        switch self {
        case .consentNeeded: "consent again: valetkey login \(account)"
        case .configuration: "check [accounts.\(account)], then run: valetkey reload"
        case .passing: "it may pass by itself, and valetkey tries again; valetkey status \(account) shows when"
        case .usage: "change the request: --help of the command shows what it takes"
        case .conflict: "see how the account stands, then try again: valetkey status \(account)"
        case .fault: "see the daemon's log: journalctl --user -u valetkey"
        }
    }
}

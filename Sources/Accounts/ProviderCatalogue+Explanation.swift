import Failures
import OAuth
import Text

extension ProviderCatalogue {
    /// Returns a sentence on what an error code means and what to do about it; nil if the text has no known code. The
    /// code is one of valetkey, OAuth, an API or a vendor. It may have other text around it: a sentence, or a piece of
    /// JSON or XML.
    package func explanation(of text: String, account: RemedyAccount) -> String? {
        if let known = vendors.lazy.compactMap({ $0.explanation(of: text, account: account) }).first { return known }
        let words = text.messageWords.map { $0.lowercased() }
        // Many codes are ordinary words, so those count only where nothing else is said.
        let codes =
            words.count == 1
            ? words
            : words.indices.filter { words[$0].contains("_") || ($0 > 0 && words[$0 - 1] == "error") }.map { words[$0] }
        return codes.lazy.compactMap { Self.explanation(ofWord: $0, account: account) }.first
    }

    /// As `explanation(of:account:)`, for a text that may also be the address of an error response.
    package func explanation(ofResponse text: String, account: RemedyAccount) -> String? {
        if let known = explanation(of: text, account: account) { return known }
        let fields = PastedResponse(text)?.readings.joined().filter {
            ["error", "error_description"].contains($0.name)
        }
        return fields?.lazy.compactMap { explanation(of: $0.value, account: account) }.first
    }

    /// The codes that a misspelled word may stand for.
    package static let explainedWords =
        FailureCode.allCases.filter { $0 != .unlistedError }.map(\.rawValue) + PageError.allCases.map(\.rawValue)

    private static func explanation(ofWord word: String, account: RemedyAccount) -> String? {
        if let page = PageError(rawValue: word) { return page.explanation(account: account) }
        guard let code = FailureCode(rawValue: word), code != .unlistedError else { return nil }
        let title = "\(code.facts.title.prefix(1).lowercased())\(code.facts.title.dropFirst())"
        let remedy = code.remedy(account: account.name) ?? code.facts.meaning.advice(account: account.name)
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

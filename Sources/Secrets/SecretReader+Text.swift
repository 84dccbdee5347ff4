package import Accounts
package import Text

extension SecretReader {
    /// Extracts a secret from a saved text of one line, without what editors and copying add: a byte order mark, blanks
    /// and line ends. Quotes and comments are errors, because they might be part of the secret.
    ///
    /// - Throws: `SecretFault` if the text is anything but one line with the secret.
    static func secret(
        in octets: some BidirectionalCollection<UInt8>, from origin: SecretFault.Origin
    ) throws(SecretFault) -> Secret {
        guard !octets.isUTF16 else { throw .wideText(origin) }
        guard let saved = String(validating: octets, as: UTF8.self) else { throw .notOneLine(origin) }
        let text = saved.unblanked
        guard !text.isEmpty else { throw .empty(origin) }
        guard origin == .literal || !text.isCommented else { throw .commented(origin) }
        guard text.isPrintable else { throw .notOneLine(origin) }
        guard !text.isQuoted else { throw .quoted(origin) }
        guard !["bearer ", "authorization:"].contains(where: text.lowercased().hasPrefix) else { throw .header(origin) }
        guard !text.isExample else { throw .example(origin) }
        return Secret(text)
    }

    /// Checks a secret if that needs neither running a program nor the daemon's credentials.
    ///
    /// - Returns: the secret; nil if it can't be read here.
    package func look(at source: SecretSource) throws(SecretFault) -> Secret? {
        switch source {
        case .literal(let secret): try Self.secret(in: Array(secret.expose().utf8), from: .literal)
        case .file(let path): try readFile(path)
        case .command, .credential, .registration: nil
        }
    }
}

extension String {
    /// Whether a line is a comment or ends in one after a blank.
    fileprivate var isCommented: Bool {
        split(whereSeparator: \.isNewline).contains { line in
            ["#", "//"].contains(where: String(line).unblanked.hasPrefix) || line.contains(" #")
        }
    }
}

package import Accounts
package import Text

extension SecretReader {
    /// The one line of text that was saved as a secret, without what editors and copying put around it: a byte order mark,
    /// blanks and line ends. Quotes and comments are told, since they may as well be a part of it.
    ///
    /// - Throws: `SecretFault` unless that is all.
    static func secret(
        in octets: some BidirectionalCollection<UInt8>, from origin: SecretFault.Origin
    ) throws(SecretFault) -> Secret {
        guard let saved = String(validating: octets, as: UTF8.self) else { throw .notOneLine(origin) }
        let text = saved.unblanked
        guard !text.isEmpty else { throw .empty(origin) }
        guard origin == .literal || !text.isCommented else { throw .commented(origin) }
        guard text.isPrintable else { throw .notOneLine(origin) }
        guard !text.isQuoted else { throw .quoted(origin) }
        return Secret(text)
    }

    /// Checks a secret that can be read without running a program and without the daemon's own credentials.
    ///
    /// - Returns: the secret, nil where it can't be read here.
    package func look(at source: SecretSource) throws(SecretFault) -> Secret? {
        switch source {
        case .literal(let secret): try Self.secret(in: Array(secret.expose().utf8), from: .literal)
        case .file(let path): try readFile(path)
        case .command, .credential: nil
        }
    }
}

extension String {
    /// Whether a line of it is a comment, or has one behind a blank.
    fileprivate var isCommented: Bool {
        split(whereSeparator: \.isNewline).contains { line in
            ["#", "//"].contains(where: String(line).unblanked.hasPrefix) || line.contains(" #")
        }
    }
}

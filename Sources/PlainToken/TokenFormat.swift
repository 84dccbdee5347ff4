/// The formats in which `valetkey token` prints a token: each is what some program reads.
package enum TokenFormat: String, CaseIterable, Sendable {
    /// Only the token, with or without a newline behind it.
    case raw, raw0
    /// The daemon's answer.
    case json
    /// A header for `curl -H @-`.
    case header
    /// A configuration for `curl -K -`.
    case curl
    /// An `ExecCredential` for `kubectl`.
    case kubernetes
    /// The answer of an executable that Google's libraries run for a subject token.
    case google
    /// What IMAP and SMTP servers take (SASL XOAUTH2).
    case xoauth2

    package var endsWithNewline: Bool { self != .raw0 }

    /// Whether the short way prints it.
    var isPlain: Bool {
        switch self {
        case .raw, .raw0, .header: true
        case .json, .curl, .kubernetes, .google, .xoauth2: false
        }
    }
}

import APIContract
import ArgumentParser
import Console
import Failures
import FoundationEssentials

/// The formats in which `valetkey token` prints a token: each is what some program reads.
enum TokenFormat: String, ExpressibleByArgument, CaseIterable {
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

    /// Whether the format needs more than the token itself.
    var needsAnswer: Bool { self != .raw && self != .raw0 && self != .xoauth2 }

    var endsWithNewline: Bool { self != .raw0 }

    /// The text to print for a format that needs only the token. `user` is the name of the mailbox, for `xoauth2`.
    func text(ofToken token: String, user: String?) -> String {
        guard self == .xoauth2 else { return token }
        return Data("user=\(user ?? "")\u{1}auth=Bearer \(token)\u{1}\u{1}".utf8).base64EncodedString()
    }

    /// The text to print for a format that needs the whole answer. `request` is what `kubectl` asks for, the value of
    /// `KUBERNETES_EXEC_INFO`.
    func text(of answer: TokenAnswer, request: String? = nil) throws(CommandFailure) -> String {
        switch self {
        case .raw, .raw0, .xoauth2: return text(ofToken: answer.accessToken, user: nil)
        case .json: return try encoded { Data(try CommandJSON.text(TokenJSON(answer: answer)).utf8) }
        case .header: return answer.header
        case .curl: return "header = \"\(answer.header.escapedForCurl)\""
        case .kubernetes:
            let credential = try ExecCredential(answer, request: request)
            return try encoded { try JSONEncoder.plain.encode(credential) }
        case .google: return try encoded { try JSONEncoder.plain.encode(SubjectToken(answer)) }
        }
    }

    private func encoded(_ encode: () throws -> Data) throws(CommandFailure) -> String {
        do {
            return String(decoding: try encode(), as: UTF8.self)
        } catch {
            throw CommandFailure(.internalError, "the token can't be written as \(rawValue)")
        }
    }
}

extension TokenAnswer {
    /// The header that carries the token. Its scheme is the token's type, because a token that is bound to a key isn't
    /// a Bearer token.
    var header: String { "Authorization: \(tokenType) \(accessToken)" }
}

extension String {
    /// As curl's configuration files quote it.
    fileprivate var escapedForCurl: String {
        replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }
}

extension JSONEncoder {
    fileprivate static var plain: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}

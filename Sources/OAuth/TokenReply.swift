package import FoundationEssentials

/// What the token endpoint's reply means.
package enum TokenReply: Sendable, Equatable {
    case granted(IssuedTokens)
    /// An error as RFC 6749 section 5.2 has it.
    case refused(OAuthError, retryAfter: Duration?)
    /// Neither tokens nor such an error: nothing follows from it for the grant, and it is tried again later.
    case unusable(reason: String, retryAfter: Duration?)

    /// Longer waits than this are cut to it: a server's slip must not silence an account for days.
    private static let longestWait = Duration.seconds(3600)

    /// Reads a whole reply; `retryAfter` is the wait that it asks for.
    /// `tokensPath` are the members that lead to the tokens, in a reply that has those members.
    package init(status: Int, retryAfter: Duration?, body: Data, tokensPath: [String] = []) {
        let wait = retryAfter.map { min(max($0, .zero), Self.longestWait) }
        let message = try? JSONDecoder().decode(Placed.self, from: body, configuration: tokensPath).message
        switch (status, message) {
        case (200..<300, let message?) where message.accessToken?.isEmpty == false:
            self = .granted(IssuedTokens(message))
        case (408, _), (425, _), (429, _), (500..., _):
            self = .unusable(reason: Self.describe(status: status, message), retryAfter: wait)
        case (_, let message?):
            guard let error = message.error else { fallthrough }
            self = .refused(error, retryAfter: wait)
        default:
            self = .unusable(reason: Self.describe(status: status, message), retryAfter: wait)
        }
    }

    private static func describe(status: Int, _ message: Message?) -> String {
        switch (status, message) {
        case (_, let message?):
            message.error.map { "HTTP \(status), \($0)" } ?? "HTTP \(status) with JSON that holds no token"
        case (200..<300, nil): "HTTP \(status) with a body that isn't a JSON object"
        case (_, nil): "HTTP \(status) without an OAuth error"
        }
    }

    /// The object at the end of a path of members, or the whole where there is no such path.
    private struct Placed: DecodableWithConfiguration {
        private struct Key: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        let message: Message

        init(from decoder: any Decoder, configuration path: [String]) throws {
            guard let name = path.first,
                let members = try? decoder.container(keyedBy: Key.self),
                let nested = try? members.superDecoder(forKey: Key(stringValue: name)),
                let placed = try? Placed(from: nested, configuration: Array(path.dropFirst()))
            else {
                message = try Message(from: decoder)
                return
            }
            self = placed
        }
    }

    /// The members that we know; all others are ignored.
    struct Message: Decodable {
        var accessToken: String?
        var tokenType: String?
        var expiresIn: LenientSeconds?
        var refreshIn: LenientSeconds?
        var refreshToken: String?
        var scope: String?
        var idToken: String?
        var error: OAuthError?

        enum CodingKeys: String, CodingKey {
            case accessToken = "access_token"
            case tokenType = "token_type"
            case expiresIn = "expires_in"
            case refreshIn = "refresh_in"
            case refreshToken = "refresh_token"
            case idToken = "id_token"
            case scope, error
            case errorDescription = "error_description"
            case errorURI = "error_uri"
            case errorCodes = "error_codes"
        }

        /// A member of a type that we don't expect counts as absent: a token in the same reply must not be lost by it.
        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: CodingKeys.self)
            func text(_ key: CodingKeys) -> String? { try? members.decodeIfPresent(String.self, forKey: key) }
            accessToken = text(.accessToken)
            tokenType = text(.tokenType)
            expiresIn = try? members.decodeIfPresent(LenientSeconds.self, forKey: .expiresIn)
            refreshIn = try? members.decodeIfPresent(LenientSeconds.self, forKey: .refreshIn)
            refreshToken = text(.refreshToken).flatMap { $0.isEmpty ? nil : $0 }
            scope = text(.scope)
            idToken = text(.idToken).flatMap { $0.isEmpty ? nil : $0 }
            error = text(.error).map {
                OAuthError(
                    $0, description: text(.errorDescription), uri: text(.errorURI),
                    numbers: (try? members.decodeIfPresent([Int].self, forKey: .errorCodes)) ?? [])
            }
        }
    }
}

/// Seconds as a number or as a string of digits.
struct LenientSeconds: Decodable {
    var duration: Duration

    /// Beyond any token's life, and far below what a `Duration` holds.
    private static let limit = 1e10

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        let number = try? value.decode(Double.self)
        let digits = try? value.decode(String.self)
        guard let seconds = number ?? digits.flatMap(Double.init), seconds.isFinite, seconds >= 0 else {
            throw DecodingError.dataCorruptedError(in: value, debugDescription: "not a number of seconds")
        }
        duration = .seconds(min(seconds, Self.limit))
    }
}

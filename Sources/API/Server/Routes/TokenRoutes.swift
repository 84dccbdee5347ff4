package import APIContract
import FoundationEssentials
import HTTPListener
import NIOHTTP1
package import Text

/// `GET /token/{account}` with its query parsed.
package struct TokenQuery: Sendable, Hashable {
    package var account: String
    /// Seconds of validity that the token must have left.
    package var minTTL: Int
    package var isFresh: Bool
    /// Seconds that the answer may take.
    package var wait: Int

    package init(account: String, minTTL: Int = 0, isFresh: Bool = false, wait: Int = 30) {
        self.account = account
        self.minTTL = minTTL
        self.isFresh = isFresh
        self.wait = wait
    }
}

/// An access token for a reader.
package struct HandedToken: Sendable, Hashable {
    package var accessToken: String
    package var tokenType: String
    package var scope: [String]
    /// nil if the token's lifetime is unknown.
    package var validity: Duration?
    package var extra: [String: ExtraMember]

    package init(
        accessToken: String, tokenType: String, scope: [String], validity: Duration?, extra: [String: ExtraMember] = [:]
    ) {
        self.accessToken = accessToken
        self.tokenType = tokenType
        self.scope = scope
        self.validity = validity
        self.extra = extra
    }
}

extension TokenQuery {
    private static let minTTL = Parameter.seconds(
        "min_ttl", upTo: 1_000_000_000, default: 0, "Seconds of validity that the token must have left.")
    private static let fresh = Parameter.flag("fresh", "Asks for a newer token than the one in hand.")
    private static let wait = Parameter.wait(default: 30)

    /// The query parameters of a route that reads a token.
    package static let parameters = [minTTL, fresh, wait]

    package init(_ call: borrowing RouteCall) {
        self.init(
            account: call.account, minTTL: call.seconds(Self.minTTL), isFresh: call.flag(Self.fresh),
            wait: call.seconds(Self.wait))
    }
}

extension Parameter {
    static func wait(default seconds: Int) -> Parameter {
        .seconds("wait", upTo: 3600, default: seconds, "Seconds that the answer may take.")
    }
}

extension Route {
    /// Reads a token. Called on the event loop, so it must not block. `answer` is called once, now or later, from any
    /// thread.
    ///
    /// Returns a function to call when the reader hangs up; nil if the reader has already been answered.
    package typealias TokenReader =
        @Sendable (
            _ query: TokenQuery, _ caller: Caller, _ answer: @escaping @Sendable (Result<HandedToken, Problem>) -> Void
        ) -> (@Sendable () -> Void)?

    package static func token(_ read: @escaping TokenReader) -> Route {
        Route(
            .GET, "/token/{account}", "Gives the access token, and waits for a refresh where it must.",
            parameters: TokenQuery.parameters, contents: [.plainText, .json(TokenAnswer.self)]
        ) { call, reply in
            let account = call.account
            let asJSON = call.accepts("application/json")
            let hangUp = read(TokenQuery(call), call.caller) { result in
                switch result {
                case .success(let token):
                    reply.answer(
                        asJSON ? .json(TokenAnswer(token, of: account)) : .plainText(token.accessToken))
                case .failure(let problem): reply.answer(.problem(problem))
                }
            }
            if let hangUp { reply.whenHungUp(hangUp) }
        }
    }
}

extension TokenAnswer {
    init(_ token: HandedToken, of account: String) {
        let seconds = token.validity.map { Double($0.components.seconds) }
        self.init(
            account: account, accessToken: token.accessToken, tokenType: token.tokenType,
            scope: token.scope.joined(separator: " "), expiresAt: seconds.map { Date() + $0 },
            expiresIn: seconds.map { Int($0) }, extra: token.extra.isEmpty ? nil : token.extra)
    }
}

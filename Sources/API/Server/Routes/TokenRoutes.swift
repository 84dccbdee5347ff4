package import APIContract
import FoundationEssentials
import HTTPListener
import NIOHTTP1

/// `GET /token/{account}` or `GET /token/{account}/{token}` with its query parsed.
package struct TokenQuery: Sendable, Hashable {
    package var account: String
    /// The name of one of the account's further tokens; nil for the account's own one.
    package var token: String?
    /// The scope of a token that isn't configured, as given.
    package var scope: String?
    /// The resource of a token that isn't configured, as given.
    package var resource: String?
    /// Seconds of validity that the token must have left.
    package var minTTL: Int
    package var isFresh: Bool
    /// Seconds that the answer may take.
    package var wait: Int

    package init(
        account: String, token: String? = nil, scope: String? = nil, resource: String? = nil, minTTL: Int = 0,
        isFresh: Bool = false, wait: Int = 30
    ) {
        self.account = account
        self.token = token
        self.scope = scope
        self.resource = resource
        self.minTTL = minTTL
        self.isFresh = isFresh
        self.wait = wait
    }
}

extension TokenQuery {
    private static let minTTL = Parameter.seconds(
        "min_ttl", upTo: 1_000_000_000, default: 0, "Seconds of validity that the token must have left.")
    private static let fresh = Parameter.flag("fresh", "Asks for a newer token than the one in hand.")
    private static let wait = Parameter.wait(default: TokenAnswer.usualWait)
    private static let scope = Parameter.text(
        "scope", upTo: 4096, "Asks for another access token of the grant: one of this scope.")
    private static let resource = Parameter.text(
        "resource", upTo: 2048, "Asks for another access token of the grant: one for this resource (RFC 8707).")

    /// The query parameters of a route that reads a token.
    package static let parameters = [minTTL, fresh, wait]

    /// Those of a route that can read tokens which aren't configured.
    static let parametersOfAny = parameters + [scope, resource]

    package init(_ call: borrowing RouteCall) {
        self.init(
            account: call.account, scope: call.text(Self.scope), resource: call.text(Self.resource),
            minTTL: call.seconds(Self.minTTL), isFresh: call.flag(Self.fresh),
            wait: call.seconds(Self.wait))
    }
}

extension Parameter {
    static let waitName = "wait"

    static func wait(default seconds: Int) -> Parameter {
        .seconds(waitName, upTo: 3600, default: seconds, "Seconds that the answer may take.")
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
            "/token/{account}", "Gives the access token, and waits for a refresh where it must.",
            TokenQuery.parametersOfAny, read
        ) { TokenQuery($0) }
    }

    package static func namedToken(_ read: @escaping TokenReader) -> Route {
        Route(
            "/token/{account}/{token}",
            "Gives one of the account's further access tokens, and waits for a refresh where it must.",
            TokenQuery.parameters, read
        ) { call in
            var query = TokenQuery(call)
            query.token = call.furtherNames.first
            return query
        }
    }

    /// A route that reads the token which `query` makes of a request. Nearly all requests are for one of these.
    private convenience init(
        _ path: PathTemplate, _ summary: String, _ parameters: [Parameter], _ read: @escaping TokenReader,
        _ query: @escaping @Sendable (RouteCall) -> TokenQuery
    ) {
        self.init(
            .GET, path, summary, parameters, .ownUser, status: .ok, body: nil,
            contents: [.plainText, .json(TokenAnswer.self)], permission: "token"
        ) { call in
            let query = query(call)
            let caller = call.caller
            let form = TokenForm(call, named: query.token)
            return { reply in
                if let hangUp = read(query, caller, { reply.answer($0, form) }) { reply.whenHungUp(hangUp) }
            }
        }
    }

    /// As `TokenReader`, with the token that a server has refused.
    package typealias RefusedTokenReader =
        @Sendable (
            _ refused: String, _ query: TokenQuery, _ caller: Caller,
            _ answer: @escaping @Sendable (Result<HandedToken, Problem>) -> Void
        ) -> (@Sendable () -> Void)?

    package static func refused(_ read: @escaping RefusedTokenReader) -> Route {
        Route(
            .POST, "/token/{account}/refused", "Takes a token that a server has refused, and gives a newer one.",
            parameters: TokenQuery.parameters, textBody: "The token that a server has refused.",
            contents: [.plainText, .json(TokenAnswer.self)]
        ) { call, reply throws(Problem) in
            guard let refused = call.text else { throw .malformed("the body is the token that a server has refused") }
            let form = TokenForm(call)
            let hangUp = read(refused, TokenQuery(call), call.caller) { reply.answer($0, form) }
            if let hangUp { reply.whenHungUp(hangUp) }
        }
    }

    /// For proxies that ask for the header to add to a request, such as nginx's `auth_request`.
    package static func authorization(_ read: @escaping TokenReader) -> Route {
        Route(
            .GET, "/authorization/{account}", "Gives the access token as the header Authorization, without a body.",
            parameters: TokenQuery.parameters, contents: []
        ) { call, reply in
            let hangUp = read(TokenQuery(call), call.caller) { result in
                switch result {
                case .success(let token): reply.answer(.authorization(token))
                case .failure(let problem): reply.answer(.problem(problem))
                }
            }
            if let hangUp { reply.whenHungUp(hangUp) }
        }
    }
}

/// How a request wants its token.
private struct TokenForm: Sendable {
    let account: String
    /// The name of one of the account's further tokens.
    let token: String?
    let isJSON: Bool

    init(_ call: RouteCall, named token: String? = nil) {
        account = call.account
        self.token = token
        isJSON = call.accepts("application/json")
    }
}

extension RouteReply {
    /// Sends a token, or the problem.
    fileprivate func answer(_ result: Result<HandedToken, Problem>, _ form: TokenForm) {
        switch result {
        case .success(let token) where form.isJSON:
            answer(.json(TokenAnswer(token, of: form.account, token: form.token)))
        case .success(let token): exchange.answer(token.content.plainText)
        case .failure(let problem): answer(.problem(problem))
        }
    }
}

extension HTTPAnswer {
    fileprivate static func authorization(_ token: HandedToken) -> HTTPAnswer {
        let headers: HTTPHeaders = [
            "Authorization": "\(token.tokenType) \(token.accessToken)", "Cache-Control": "no-store",
        ]
        return HTTPAnswer(status: .ok, headers: headers, text: "")
    }
}

extension TokenAnswer {
    init(_ token: HandedToken, of account: String, token name: String? = nil) {
        let seconds = token.validity.map { Double($0.components.seconds) }
        let expires = seconds.map { Date() + $0 }
        self.init(
            account: account, accessToken: token.accessToken, tokenType: token.tokenType,
            scope: token.scope.joined(separator: " "), expiresAt: expires, expiresIn: seconds.map { Int($0) },
            expiresOn: expires.map { Int($0.timeIntervalSince1970) }, extra: token.extra.isEmpty ? nil : token.extra,
            token: name)
    }
}

package import APIContract
import HTTPListener
import NIOHTTP1

extension Route {
    /// As `TokenReader`, for an id_token.
    package typealias IDTokenReader =
        @Sendable (
            _ query: TokenQuery, _ caller: Caller,
            _ answer: @escaping @Sendable (Result<IDTokenAnswer, Problem>) -> Void
        ) -> (@Sendable () -> Void)?

    package static func idToken(_ read: @escaping IDTokenReader) -> Route {
        Route(
            .GET, "/id-token/{account}",
            "Gives the id_token of an account that keeps it (id_token = true), and waits for a refresh where it must.",
            parameters: TokenQuery.parameters, contents: [.plainText, .json(IDTokenAnswer.self)]
        ) { call, reply in
            let asJSON = call.accepts("application/json")
            let hangUp = read(TokenQuery(call), call.caller) { result in
                switch result {
                case .success(let token): reply.answer(asJSON ? .json(token) : .plainText(token.idToken))
                case .failure(let problem): reply.answer(.problem(problem))
                }
            }
            if let hangUp { reply.whenHungUp(hangUp) }
        }
    }
}

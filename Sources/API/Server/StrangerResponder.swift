import APIContract
import Failures
import HTTPListener
import NIOHTTP1

/// Answers those who aren't the daemon's own user, whatever they ask.
struct StrangerResponder: HTTPResponder {
    func respond(to request: HTTPRequest, _ exchange: HTTPExchange) {
        exchange.answer(refuse(.forbidden))
    }

    func refuse(_ status: HTTPResponseStatus) -> HTTPAnswer {
        .problem(
            Problem(
                .forbidden,
                "this daemon answers the user alone to whom it belongs",
                hint: "run a valetkeyd of your own"))
    }
}

import HTTPListener
import NIOHTTP1
import SocketContract

/// Answers those who aren't the daemon's own user, whatever they ask.
struct StrangerResponder: HTTPResponder {
    func respond(to request: HTTPRequest, _ exchange: HTTPExchange) {
        exchange.answer(refuse(.forbidden))
    }

    func refuse(_ status: HTTPResponseStatus) -> HTTPAnswer {
        .problem(
            Problem(
                status: 403, title: "Forbidden", code: .forbidden,
                detail: "this daemon answers the user alone to whom it belongs",
                hint: "run a valetkeyd of your own"))
    }
}

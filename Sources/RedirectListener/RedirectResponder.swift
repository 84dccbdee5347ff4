import HTTPListener
import NIOHTTP1
import OAuth
import Synchronization
import Text

/// Answers the requests to the listener of one consent.
final class RedirectResponder: HTTPResponder {
    private struct State {
        var results = KeptResults(limit: 16)
        var whenDelivered: [@Sendable () -> Void] = []
    }

    private let paths: RedirectRoute.Paths
    private let receiver: any RedirectReceiver
    private let state = Mutex(State())

    init(paths: RedirectRoute.Paths, receiver: any RedirectReceiver) {
        self.paths = paths
        self.receiver = receiver
    }

    func respond(to request: HTTPRequest, _ exchange: HTTPExchange) {
        switch RedirectRoute(request, paths: paths) {
        case .start:
            state.withLock { $0.results.expect() }
            receiver.open { self.finish(exchange, $0) }
        case .redirect(let fields):
            state.withLock { $0.results.expect() }
            receiver.receive(fields) { self.finish(exchange, $0) }
        case .result(let id):
            let page = state.withLock { state in state.results.fetch(id) }
            exchange.answer(page ?? HTTPAnswer(Page.notFound))
            settle()
        case .unknownPath: exchange.answer(HTTPAnswer(Page.notFound))
        case .foreignHost: exchange.answer(HTTPAnswer(Page.foreignHost))
        case .wrongMethod(let allowed):
            exchange.answer(HTTPAnswer(Page.wrongMethod, additional: ["Allow": allowed]))
        case .wrongMediaType: exchange.answer(HTTPAnswer(Page.wrongMediaType))
        case .unreadable: exchange.answer(HTTPAnswer(Page.unreadable))
        case .ambiguous: exchange.answer(HTTPAnswer(Page.foreign))
        }
    }

    func refuse(_ status: HTTPResponseStatus) -> HTTPAnswer {
        HTTPAnswer(Page.refusedRequest(status))
    }

    /// Calls `action` once every response has its result and every result page was fetched, or at once where that is so
    /// already.
    func whenDelivered(_ action: @escaping @Sendable () -> Void) {
        state.withLock { $0.whenDelivered.append(action) }
        settle()
    }

    private func finish(_ exchange: HTTPExchange, _ answer: RedirectAnswer) {
        switch answer {
        case .forward(let url): exchange.answer(.forward(to: url))
        case .page(let verdict): exchange.answer(self.answer(to: verdict))
        }
        state.withLock { $0.results.settle() }
        settle()
    }

    /// The answer with the result of a response. A page that doesn't end the consent is sent directly, without a
    /// redirect.
    private func answer(to verdict: RedirectVerdict) -> HTTPAnswer {
        let page = HTTPAnswer(Page(verdict))
        if verdict.isPassing { return page }
        var random = SystemRandomNumberGenerator()
        let id = RandomText.readable(length: 16, using: &random)
        state.withLock { $0.results.keep(page, id: id) }
        return .forward(to: RedirectRoute.Paths.results + id)
    }

    private func settle() {
        let actions = state.withLock { state -> [@Sendable () -> Void] in
            guard state.results.isDelivered else { return [] }
            defer { state.whenDelivered = [] }
            return state.whenDelivered
        }
        for action in actions { action() }
    }
}

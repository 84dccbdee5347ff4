import NIOHTTP1

/// What the decoder has made of one read.
enum ParsedRead {
    case nothing
    case head(HTTPRequestHead)
    /// One whole request without a body.
    case request(HTTPRequestHead)
    /// Something else, and whether its last part is the end of a request.
    case parts(endsRequest: Bool)

    var endsRequest: Bool {
        switch self {
        case .request: true
        case .parts(let endsRequest): endsRequest
        case .nothing, .head: false
        }
    }

    mutating func add(_ part: HTTPServerRequestPart) {
        switch (self, part) {
        case (.nothing, .head(let head)): self = .head(head)
        case (.head(let head), .end(nil)): self = .request(head)
        case (_, .end): self = .parts(endsRequest: true)
        case (_, .head), (_, .body): self = .parts(endsRequest: false)
        }
    }
}

/// A request without a body that a client may send again.
final class RepeatedRequest {
    let form: AnswerForm
    private let request: HTTPRequest
    private var handle: HTTPResponder.Handling?

    init(_ request: HTTPRequest) {
        self.request = request
        form = AnswerForm(to: request.head)
    }

    /// Has the request answered, which the responder prepares once.
    func answer(by responder: any HTTPResponder, _ exchange: HTTPExchange) {
        if let handle { return handle(exchange) }
        let handle = responder.prepare(request)
        self.handle = handle
        handle(exchange)
    }
}

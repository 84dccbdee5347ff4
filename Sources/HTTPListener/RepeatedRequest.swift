import NIOCore
import NIOHTTP1
import Synchronization

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

/// A request without a body, and the bytes that it was read from.
struct PlainRequest: Sendable {
    let bytes: ByteBuffer
    let request: HTTPRequest
    let form: AnswerForm

    init(_ head: HTTPRequestHead, bytes: ByteBuffer) {
        self.bytes = bytes
        request = HTTPRequest(head: head, body: nil)
        form = AnswerForm(to: head)
    }
}

/// The last request by which a connection of a listener began: clients with a new connection for each request mostly send
/// the same one, which then isn't parsed again.
final class FirstRequest: Sendable {
    private let last = Mutex<PlainRequest?>(nil)

    /// The request that these bytes are.
    func request(of bytes: ByteBuffer) -> PlainRequest? {
        last.withLock { $0?.bytes == bytes ? $0 : nil }
    }

    /// Keeps the request for the connections to come, unless it could be one with a secret.
    func note(_ plain: PlainRequest) {
        let head = plain.request.head
        guard head.method == .GET || head.method == .HEAD,
            !head.headers.contains(name: "authorization"), !head.headers.contains(name: "cookie")
        else { return }
        last.withLock { $0 = plain }
    }
}

/// A request without a body that a client may send again on its connection.
final class RepeatedRequest {
    let plain: PlainRequest
    private var handle: HTTPResponder.Handling?

    init(_ plain: PlainRequest) {
        self.plain = plain
    }

    /// Has the request answered, which the responder prepares once.
    func answer(by responder: any HTTPResponder, _ exchange: HTTPExchange) {
        if let handle { return handle(exchange) }
        let handle = responder.prepare(plain.request)
        self.handle = handle
        handle(exchange)
    }
}

package import APIContract
package import NIOHTTP1

/// One route of the API, with everything that describes it: the table of routes is the source for dispatch, error
/// answers and `/openapi.json`. The daemon's routes are in `Routes/`; a vendor may add its own.
package final class Route: Sendable {
    /// One media type that the answer may have.
    package struct Content: Sendable {
        let mediaType: String
        /// The schema, only created for `/openapi.json`.
        let schema: @Sendable () -> Schema

        package init(_ mediaType: String, schema: @escaping @Sendable () -> Schema = { .string }) {
            self.mediaType = mediaType
            self.schema = schema
        }

        package static func json<Answer: ContractType>(_ type: Answer.Type) -> Content {
            Content("application/json") { .object(Answer.schema) }
        }

        package static let plainText = Content("text/plain")
    }

    /// Handles a request on the event loop: must not block. It answers once, now or later; a problem that it throws is
    /// the answer.
    package typealias Handler = @Sendable (RouteCall, RouteReply) throws(Problem) -> Void
    /// Reads a request, and returns what answers it as a `Handler` does: once, or again and again where a client repeats
    /// the request.
    package typealias Preparation = @Sendable (RouteCall) -> @Sendable (RouteReply) throws(Problem) -> Void

    /// The method; GET includes HEAD.
    package let method: HTTPMethod
    package let path: PathTemplate
    /// One line for people.
    package let summary: String
    package let parameters: [Parameter]
    package let callers: CallerRule
    /// The word in `allow` of `[sockets.NAME]` that opens the route to callers of that socket; nil for a route that only
    /// the main socket has.
    package let permission: String?
    /// The status of a successful answer.
    let status: HTTPResponseStatus
    /// The type of the request's JSON body; nil where it has none.
    let body: (any RequestBody.Type)?
    /// What the request's body is, for a route that takes plain text; nil for the others.
    let textBody: String?
    /// The media types of the answer; the first one is the default.
    let contents: [Content]
    let prepare: Preparation

    /// The most general initializer: the handler itself sends the answer.
    package convenience init(
        _ method: HTTPMethod, _ path: PathTemplate, _ summary: String, parameters: [Parameter] = [],
        callers: CallerRule = .ownUser, textBody: String? = nil, contents: [Content], handler: @escaping Handler
    ) {
        self.init(
            method, path, summary, parameters, callers, status: .ok, body: nil, textBody: textBody, contents: contents
        ) { call in
            { reply throws(Problem) in try handler(call, reply) }
        }
    }

    init(
        _ method: HTTPMethod, _ path: PathTemplate, _ summary: String, _ parameters: [Parameter],
        _ callers: CallerRule, status: HTTPResponseStatus, body: (any RequestBody.Type)?, textBody: String? = nil,
        contents: [Content], permission: String? = nil, prepare: @escaping Preparation
    ) {
        self.method = method
        self.path = path
        self.summary = summary
        self.parameters = parameters
        self.callers = callers
        self.status = status
        self.body = body
        self.textBody = textBody
        self.contents = contents
        self.permission = permission
        self.prepare = prepare
    }

    /// The same route, opened to extra sockets by this word.
    package func opened(by permission: String) -> Route {
        Route(
            method, path, summary, parameters, callers, status: status, body: body, textBody: textBody,
            contents: contents, permission: permission, prepare: prepare)
    }
}

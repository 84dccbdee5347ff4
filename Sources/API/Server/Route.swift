package import APIContract
package import NIOHTTP1

/// One request that the API takes, and all that there is to know of it: dispatch, refusals and `/openapi.json` are made
/// from the table of these. Those of the daemon stand in `Routes/`; a vendor may add its own.
package final class Route: Sendable {
    /// A form in which the answer may come.
    package struct Content: Sendable {
        let mediaType: String
        /// Only made for `/openapi.json`.
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

    /// Called on the event loop: must not block. It answers once, now or later; where it throws, that is the answer.
    package typealias Handler = @Sendable (RouteCall, RouteReply) throws(Problem) -> Void

    /// GET stands for HEAD too.
    package let method: HTTPMethod
    package let path: PathTemplate
    /// One line, for people.
    package let summary: String
    package let parameters: [Parameter]
    package let callers: CallerRule
    /// Of an answer that is no problem.
    let status: HTTPResponseStatus
    /// The JSON object that a request brings.
    let body: (any RequestBody.Type)?
    /// The first one is what a client gets that asks for none in particular.
    let contents: [Content]
    let handler: Handler

    /// The most general form: the handler answers itself.
    package convenience init(
        _ method: HTTPMethod, _ path: PathTemplate, _ summary: String, parameters: [Parameter] = [],
        callers: CallerRule = .ownUser, contents: [Content], handler: @escaping Handler
    ) {
        self.init(
            method, path, summary, parameters, callers, status: .ok, body: nil, contents: contents, handler: handler)
    }

    init(
        _ method: HTTPMethod, _ path: PathTemplate, _ summary: String, _ parameters: [Parameter],
        _ callers: CallerRule, status: HTTPResponseStatus, body: (any RequestBody.Type)?, contents: [Content],
        handler: @escaping Handler
    ) {
        self.method = method
        self.path = path
        self.summary = summary
        self.parameters = parameters
        self.callers = callers
        self.status = status
        self.body = body
        self.contents = contents
        self.handler = handler
    }
}

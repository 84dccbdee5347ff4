package import APIContract
package import HTTPListener
package import NIOHTTP1

/// The kinds of handlers, by what they return. Each may throw a problem instead of returning its answer.
extension Route {
    /// Returns the answer at once. Called on the event loop: must not block.
    package typealias Immediate<Answer> = @Sendable (RouteCall) throws(Problem) -> Answer
    /// Returns the answer when it is ready. Runs in a task that is cancelled when the server ends.
    package typealias InTask<Answer> = @Sendable (RouteCall) async throws(Problem) -> Answer
    /// As `InTask`, for a request with a JSON object as its body.
    package typealias InTaskOfBody<Body, Answer> = @Sendable (RouteCall, Body) async throws(Problem) -> Answer
    /// Streams the answer. Cancelled where the client disconnects or the listener closes.
    package typealias Pieces = @Sendable (HTTPAnswerStream) async throws -> Void

    package convenience init<Answer: ContractType>(
        _ method: HTTPMethod, _ path: PathTemplate, _ summary: String, parameters: [Parameter] = [],
        callers: CallerRule = .ownUser, immediately handler: @escaping Immediate<Answer>
    ) {
        self.init(
            method, path, summary, parameters: parameters, callers: callers, contents: [.json(Answer.self)]
        ) { call, reply throws(Problem) in
            reply.answer(.json(try handler(call)))
        }
    }

    package convenience init<Answer: ContractType>(
        _ method: HTTPMethod, _ path: PathTemplate, _ summary: String, parameters: [Parameter] = [],
        callers: CallerRule = .ownUser, inTask handler: @escaping InTask<Answer>
    ) {
        self.init(
            method, path, summary, parameters: parameters, callers: callers, contents: [.json(Answer.self)]
        ) { call throws(Problem) in
            .json(try await handler(call))
        }
    }

    package convenience init<Body: RequestBody, Answer: ContractType>(
        _ method: HTTPMethod, _ path: PathTemplate, _ summary: String, parameters: [Parameter] = [],
        callers: CallerRule = .ownUser, status: HTTPResponseStatus = .ok,
        inTask handler: @escaping InTaskOfBody<Body, Answer>
    ) {
        self.init(
            method, path, summary, parameters, callers, status: status,
            body: Body.self, contents: [.json(Answer.self)]
        ) { call in
            { reply throws(Problem) in
                let body = try call.decodeBody(Body.self)
                reply.inTask {
                    reply.answer(
                        await .of { () throws(Problem) in .json(try await handler(call, body), status: status) })
                }
            }
        }
    }

    /// A route whose answer isn't a JSON object of the contract, or not always.
    package convenience init(
        _ method: HTTPMethod, _ path: PathTemplate, _ summary: String, parameters: [Parameter] = [],
        callers: CallerRule = .ownUser, contents: [Content], inTask handler: @escaping InTask<HTTPAnswer>
    ) {
        self.init(method, path, summary, parameters: parameters, callers: callers, contents: contents) { call, reply in
            reply.inTask { reply.answer(await .of { () throws(Problem) in try await handler(call) }) }
        }
    }

    /// A route that streams its answer, with this media type.
    package convenience init(
        _ method: HTTPMethod, _ path: PathTemplate, _ summary: String, parameters: [Parameter] = [],
        callers: CallerRule = .ownUser, streaming mediaType: String, inTask handler: @escaping InTask<Pieces>
    ) {
        self.init(
            method, path, summary, parameters: parameters, callers: callers, contents: [Content(mediaType)]
        ) { call, reply in
            reply.inTask {
                do throws(Problem) {
                    let pieces = try await handler(call)
                    await reply.exchange.answer(HTTPAnswerHead(headers: HTTPAnswer.headers(mediaType)), body: pieces)
                } catch {
                    reply.answer(.problem(error))
                }
            }
        }
    }
}

extension HTTPAnswer {
    /// Returns the answer of `work`, or that of the problem that it throws.
    fileprivate static func of(_ work: () async throws(Problem) -> HTTPAnswer) async -> HTTPAnswer {
        do throws(Problem) {
            return try await work()
        } catch {
            return .problem(error)
        }
    }
}

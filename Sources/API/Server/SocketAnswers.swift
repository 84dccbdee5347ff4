import APIContract
import Failures
import FoundationEssentials
import HTTPListener
import NIOCore
import NIOHTTP1

extension TokenAnswer {
    init(_ token: HandedToken, of account: String) {
        let seconds = Double(token.validity.components.seconds)
        self.init(
            account: account, accessToken: token.accessToken, tokenType: token.tokenType,
            scope: token.scope.joined(separator: " "), expiresAt: Date() + seconds, expiresIn: Int(seconds))
    }
}

extension HTTPAnswer {
    private static func headers(_ mediaType: String) -> HTTPHeaders {
        ["Content-Type": mediaType, "Cache-Control": "no-store"]
    }

    private static let textHeaders = headers("text/plain; charset=utf-8")

    /// The token and nothing around it.
    static func token(_ token: HandedToken) -> HTTPAnswer {
        HTTPAnswer(status: .ok, headers: textHeaders, text: token.accessToken)
    }

    static func text(_ text: String) -> HTTPAnswer {
        HTTPAnswer(status: .ok, headers: textHeaders, text: text)
    }

    static func json(_ value: some Encodable, status: HTTPResponseStatus = .ok) -> HTTPAnswer {
        do {
            let body = ByteBuffer(bytes: try ContractJSON.encode(value, pretty: true) + Data("\n".utf8))
            return HTTPAnswer(status: status, headers: headers("application/json"), body: body)
        } catch {
            return .problem(
                Problem(
                    .internalError, "the answer can't be written"))
        }
    }

    static func problem(_ problem: Problem) -> HTTPAnswer {
        var headers = headers(Problem.mediaType)
        if let seconds = problem.retryAfter { headers.add(name: "Retry-After", value: String(seconds)) }
        if problem.code == .methodNotAllowed, let allowed = problem.hint { headers.add(name: "Allow", value: allowed) }
        let body = (try? ContractJSON.encode(problem, pretty: true)).map { $0 + Data("\n".utf8) } ?? Data()
        return HTTPAnswer(
            status: HTTPResponseStatus(statusCode: problem.status), headers: headers, body: ByteBuffer(bytes: body))
    }

    static func result(_ result: Result<some Encodable, Problem>, status: HTTPResponseStatus = .ok) -> HTTPAnswer {
        switch result {
        case .success(let value): .json(value, status: status)
        case .failure(let problem): .problem(problem)
        }
    }
}

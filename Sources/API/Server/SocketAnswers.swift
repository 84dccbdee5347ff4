import APIContract
import Failures
import FoundationEssentials
package import HTTPListener
import NIOCore
package import NIOHTTP1

extension HTTPAnswer {
    static func headers(_ mediaType: String) -> HTTPHeaders {
        ["Content-Type": mediaType, "Cache-Control": "no-store"]
    }

    private static let textHeaders = headers("text/plain; charset=utf-8")

    package static func plainText(_ text: String) -> HTTPAnswer {
        HTTPAnswer(status: .ok, headers: textHeaders, text: text)
    }

    package static func json(_ value: some Encodable, status: HTTPResponseStatus = .ok) -> HTTPAnswer {
        do {
            let body = ByteBuffer(bytes: try ContractJSON.encode(value, pretty: true) + Data("\n".utf8))
            return HTTPAnswer(status: status, headers: headers("application/json"), body: body)
        } catch {
            return .problem(Problem(.internalError, "the answer can't be written"))
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
}

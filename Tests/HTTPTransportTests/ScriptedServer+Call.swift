import HTTPTransport
import ScriptedServer

extension ScriptedServer {
    func call(
        _ method: HTTPCall.Method = .get, _ path: String = "/", headers: [(name: String, value: String)] = [],
        body: String = "", timeout: Duration = .seconds(30), bodyTimeout: Duration? = nil,
        replyLimit: Int = 1 << 20, takesUnfinished: Bool = false
    ) -> HTTPCall {
        HTTPCall(
            method, "http://127.0.0.1:\(port)\(path)", headers: headers, body: body, timeout: timeout,
            bodyTimeout: bodyTimeout, replyLimit: replyLimit, isDirect: true, takesUnfinished: takesUnfinished)
    }
}

extension Result<HTTPReply, TransportFailure> {
    var reply: HTTPReply? { try? get() }

    var failure: TransportFailure? {
        guard case .failure(let failure) = self else { return nil }
        return failure
    }
}

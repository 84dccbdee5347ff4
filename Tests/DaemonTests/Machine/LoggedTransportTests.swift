import HTTPTransport
import Logging
import Testing

@testable import Daemon

// P16
struct LoggedTransportTests {
    private struct Answering: HTTPTransport {
        let result: Result<HTTPReply, TransportFailure>

        func send(_ call: HTTPCall) async -> Result<HTTPReply, TransportFailure> { result }
    }

    private func lines(
        _ result: Result<HTTPReply, TransportFailure>, at level: Logger.Level
    ) async -> [RecordedLog.Line] {
        let record = RecordedLog()
        var log = record.logger
        log.logLevel = level
        let call = HTTPCall(
            .post, "https://user@as.example/token?secret=s1", headers: [("Authorization", "s2")], body: "code=s3")
        _ = await LoggedTransport(transport: Answering(result: result), log: log, clock: ContinuousClock()).send(call)
        return record.lines
    }

    @Test func `a request is logged at debug, without what it carries`() async throws {
        let answered = await lines(.success(HTTPReply(status: 400, body: Array("s4".utf8))), at: .debug)
        let line = try #require(answered.first)
        #expect(answered.count == 1 && line.level == .debug && line.message == "request")
        #expect(line.fields["status"] == "400" && line.fields["method"] == "POST")
        #expect(line.fields["url"] == "https://as.example/token" && line.fields["milliseconds"] != nil)
        #expect(line.fields.count == 4)
    }

    @Test func `a request without a reply is logged with its reason, and nothing above debug`() async {
        let failure = TransportFailure(.timeout, "no reply")
        let failed = await lines(.failure(failure), at: .debug)
        #expect(failed.first?.fields["code"] == "timeout" && failed.first?.fields["detail"] == "no reply")
        #expect(failed.first?.fields["status"] == nil)
        #expect(await lines(.failure(failure), at: .info).isEmpty)
    }

    @Test(arguments: [
        ("https://a.example", "https://a.example"), ("https://a.example/x#y", "https://a.example/x"),
        ("https://u:p@a.example/x@y?z", "https://a.example/x@y"), ("odd@text?x", "odd@text"),
    ])
    func `a URL is logged without what may be secret`(_ url: String, _ shown: String) {
        #expect(LoggedTransport.place(url) == shown)
    }
}

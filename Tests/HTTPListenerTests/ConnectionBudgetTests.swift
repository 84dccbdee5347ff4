import HTTPListener
import NIOCore
import NIOPosix
import RawClient
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ConnectionBudgetTests {
    @Test func `connections beyond the budget wait, and are served once others have ended`() async throws {
        let responder = TestResponder()
        let listener = try await HTTPListener.open(
            .tcp(host: "127.0.0.1", port: 0), group: MultiThreadedEventLoopGroup.singleton, limits: .test,
            budget: ConnectionBudget(limit: 1)
        ) { _ in .http(responder) }
        func connect() throws -> RawClient { try RawClient(.ipv4(port: listener.port ?? 0)) }
        let request = "GET /a HTTP/1.1\r\n\r\n"
        var first: RawClient? = try connect()
        #expect(try first?.ask(request)?.status == 200)
        let others = [try connect(), try connect(), try connect()]
        for other in others { try other.send(request) }
        // What the listener could have accepted by now would be answered before this.
        for _ in 0..<20 { #expect(try first?.ask(request)?.status == 200) }
        #expect(others.filter(\.hasArrival).isEmpty)
        first?.hangUp()
        first = nil
        for other in others {
            #expect(try other.read()?.status == 200)
            other.hangUp()
        }
        await listener.close(patience: .zero)
    }

    @Test func `a budget leaves descriptors for everything but connections`() async throws {
        #expect(ConnectionBudget.reserve == 64)
        #expect(ConnectionBudget(descriptors: 256, used: 30).limit == 162)
        #expect(ConnectionBudget(descriptors: 20, used: 30).limit == 8)
    }
}

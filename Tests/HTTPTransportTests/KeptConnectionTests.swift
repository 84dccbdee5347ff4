import HTTPTransport
import ScriptedServer
import Testing

@Suite(.timeLimit(.minutes(5)))
struct KeptConnectionTests {
    @Test(arguments: [true, false])
    func `only a POST that may be repeated uses a connection that another one has left`(mayBe: Bool) async throws {
        try await withServer { _ in
            .send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        } _: { server, transport in
            var call = server.call(.post, body: "{}")
            call.isRepeatable = true
            #expect(await transport.send(call).reply?.status == 200)
            // Only connections that were made before still work. A new one is refused, or cut where a child process of
            // another test keeps the listener for a moment.
            await server.close()
            call.isRepeatable = mayBe
            let result = await transport.send(call)
            #expect(result.reply?.status == (mayBe ? 200 : nil))
            #expect(mayBe || [.connection, .cut].contains(result.failure?.kind))
        }
    }

    @Test func `a POST that may not be repeated leaves no connection`() async throws {
        try await withServer { _ in
            .send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        } _: { server, transport in
            #expect(await transport.send(server.call(.post, body: "{}")).reply?.status == 200)
            await server.close()
            var call = server.call(.post, body: "{}")
            call.isRepeatable = true
            let failure = await transport.send(call).failure
            #expect([.connection, .cut].contains(failure?.kind))
        }
    }
}

import HTTPTransport
import ScriptedServer
import Testing

@Suite(.timeLimit(.minutes(5)))
struct EndingTests {
    @Test func `a cancelled request ends at once, and disconnects`() async throws {
        try await withServer { _ in
            .silence
        } _: { server, transport in
            await withTaskGroup { group in
                group.addTask { await transport.send(server.call()) }
                _ = await server.request()
                group.cancelAll()
                #expect(await group.next()?.failure?.kind == .cancelled)
            }
            await server.hangUp()
        }
    }

    @Test func `a request in a task that is already cancelled ends at once`() async throws {
        try await withServer { _ in
            .silence
        } _: { server, transport in
            let kinds = await withTaskGroup(of: TransportFailure.Kind?.self) { group in
                group.cancelAll()
                for _ in 0..<5000 {
                    group.addTask { await transport.send(server.call(timeout: .seconds(5))).failure?.kind }
                }
                return await group.reduce(into: Set<TransportFailure.Kind?>()) { $0.insert($1) }
            }
            #expect(kinds == [.cancelled])
        }
    }

    @Test func `a request that must not begin any more once the connection is there isn't sent`() async throws {
        try await withServer { _ in
            .send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        } _: { server, transport in
            var call = server.call(.post, body: "late")
            call.mayBegin = { false }
            let failure = await transport.send(call).failure
            #expect(failure == TransportFailure(.connection, "the connection came too late, and nothing was sent"))
            call.mayBegin = { true }
            call.body = "in time"
            #expect(await transport.send(call).reply?.status == 200)
            #expect(await server.request()?.hasSuffix("in time") == true)
        }
    }

    @Test func `cancelling a request after its reply changes nothing`() async throws {
        try await withServer { _ in
            .send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        } _: { server, transport in
            await withTaskGroup { group in
                group.addTask { await transport.send(server.call()) }
                #expect(await group.next()?.reply?.status == 200)
                group.cancelAll()
            }
            #expect(await transport.send(server.call()).reply?.status == 200)
        }
    }

    @Test func `stop ends the requests under way and later ones`() async throws {
        try await withServer { _ in
            .silence
        } _: { server, transport in
            await withTaskGroup(of: TransportFailure.Kind?.self) { group in
                for _ in 0..<10 { group.addTask { await transport.send(server.call()).failure?.kind } }
                for _ in 0..<10 { _ = await server.request() }
                transport.stop()
                for await kind in group { #expect(kind == .cancelled) }
            }
            transport.stop()
            #expect(await transport.send(server.call()).failure?.kind == .cancelled)
            await server.hangUp()
        }
    }
}

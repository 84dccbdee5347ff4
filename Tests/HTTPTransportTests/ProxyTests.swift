import Glibc
import HTTPTransport
import ScriptedServer
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ProxyTests {
    /// Runs in a process of its own, whose environment the test may change.
    @Test func `a direct request doesn't use the proxy that the environment names, any other one does`() async {
        await #expect(processExitsWith: .success) {
            for name in ["no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY"] { unsafe unsetenv(name) }
            try await withServer { _ in
                .close(after: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nproxy")
            } _: { proxy, transport in
                unsafe setenv("http_proxy", "http://127.0.0.1:\(proxy.port)", 1)
                try await withServer { _ in
                    .close(after: "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nserver")
                } _: { server, _ in
                    for method in [HTTPCall.Method.post, .get] {
                        let reply = await transport.send(server.call(method, body: "code=secret")).reply
                        #expect(reply?.body == Array("server".utf8))
                    }
                }
                let reply = await transport.send(HTTPCall(.get, "http://as.example/metadata")).reply
                #expect(reply?.body == Array("proxy".utf8))
                // The first request that the proxy has got.
                #expect(await proxy.request()?.hasPrefix("GET http://as.example/metadata HTTP/1.1\r\n") == true)
            }
        }
    }
}

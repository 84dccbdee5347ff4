import Glibc
import HTTPTransport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct DescriptorTests {
    // Each runs in a process of its own, which uses up its descriptors.

    @Test func `a process without descriptors says so, and not that the network is at fault`() async {
        await #expect(processExitsWith: .success) { try await useUpDescriptors("127.0.0.1:1", isFirst: false) }
        await #expect(processExitsWith: .success) { try await useUpDescriptors("name.invalid", isFirst: false) }
    }

    @Test func `so does one that has no descriptors for its first request`() async {
        await #expect(processExitsWith: .success) { try await useUpDescriptors("127.0.0.1:1", isFirst: true) }
    }
}

private func useUpDescriptors(_ host: String, isFirst: Bool) async throws {
    let transport = CurlTransport()
    if !isFirst { _ = await transport.send(HTTPCall(.get, "http://127.0.0.1:1/")) }
    var limit = rlimit(rlim_cur: 64, rlim_max: 64)
    try #require(unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
    var copies: [CInt] = []
    while case let copy = dup(STDERR_FILENO), copy >= 0 { copies.append(copy) }
    let result = await transport.send(HTTPCall(.get, "http://\(host)/"))
    guard case .failure(let failure) = result else { exit(EXIT_FAILURE) }
    #expect(failure.kind == .descriptors)
    #expect(failure.detail == "this process has used up its file descriptors (the limit is 64)")
    // The next request works as soon as there are some.
    for copy in copies { close(copy) }
    guard case .failure(let next) = await transport.send(HTTPCall(.get, "http://127.0.0.1:1/")) else {
        exit(EXIT_FAILURE)
    }
    #expect(next.kind == .connection)
    transport.stop()
}

import Glibc
import HTTPTransport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct DescriptorTests {
    // Each runs in a process of its own, which uses up its descriptors.

    @Test func `a process without descriptors says so, and not that the network is at fault`() async {
        await #expect(processExitsWith: .success) { try await useUpDescriptors("127.0.0.1:1") }
        await #expect(processExitsWith: .success) { try await useUpDescriptors("name.invalid") }
    }

    @Test func `so does one that has too few descriptors for its first request`() async {
        await #expect(processExitsWith: .success) { try await useUpDescriptors("127.0.0.1:1", left: 0) }
        await #expect(processExitsWith: .success) { try await useUpDescriptors("127.0.0.1:1", left: 1) }
        await #expect(processExitsWith: .success) { try await useUpDescriptors("127.0.0.1:1", left: 2) }
        await #expect(processExitsWith: .success) { try await useUpDescriptors("127.0.0.1:1", left: 3) }
    }
}

/// `left` is how many descriptors are left for the first request; nil makes one before they are used up.
private func useUpDescriptors(_ host: String, left: Int? = nil) async throws {
    let transport = CurlTransport()
    if left == nil { _ = await transport.send(HTTPCall(.get, "http://127.0.0.1:1/")) }
    var limit = rlimit(rlim_cur: 64, rlim_max: 64)
    try #require(unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
    var copies: [CInt] = []
    while case let copy = dup(STDERR_FILENO), copy >= 0 { copies.append(copy) }
    for _ in 0..<(left ?? 0) { close(copies.removeLast()) }
    guard case .failure(let failure) = await transport.send(HTTPCall(.get, "http://\(host)/")) else {
        exit(EXIT_FAILURE)
    }
    if failure.kind != .connection || (left ?? 0) == 0 {
        #expect(failure.kind == .descriptors)
        #expect(failure.detail == "this process has used up its file descriptors (the limit is 64)")
    }
    // The next request works as soon as there are some.
    for copy in copies { close(copy) }
    guard case .failure(let next) = await transport.send(HTTPCall(.get, "http://127.0.0.1:1/")) else {
        exit(EXIT_FAILURE)
    }
    #expect(next.kind == .connection)
    transport.stop()
}

import Glibc
import HTTPTransport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct DescriptorTests {
    /// Runs in a process of its own, which uses up its descriptors.
    @Test(arguments: ["http://127.0.0.1:1/", "http://name.invalid/"])
    func `a process without descriptors says so, and not that the network is at fault`(url: String) async {
        for kind in ["address", "name"] where url.contains("127") == (kind == "address") {
            switch kind {
            case "address": await #expect(processExitsWith: .success) { try await useUpDescriptors("127.0.0.1:1") }
            default: await #expect(processExitsWith: .success) { try await useUpDescriptors("name.invalid") }
            }
        }
    }
}

private func useUpDescriptors(_ host: String) async throws {
    let transport = try CurlTransport()
    var limit = rlimit(rlim_cur: 64, rlim_max: 64)
    try #require(unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
    while dup(STDERR_FILENO) >= 0 {}
    let result = await transport.send(HTTPCall(.get, "http://\(host)/"))
    guard case .failure(let failure) = result else { exit(EXIT_FAILURE) }
    #expect(failure.kind == .descriptors)
    #expect(failure.detail == "this process has used up its file descriptors (the limit is 64)")
    transport.stop()
}

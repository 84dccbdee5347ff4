import APIServer
import FakeDaemon
import Testing

@testable import Daemon

struct RoutesTests {
    @Test func `the daemon has the same routes as the fake daemon of other tests`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            let routes = rig.api.routes.map(\.description)
            #expect(routes.sorted() == FakeDaemon().routes.map(\.description).sorted())
            // The route with a fast lookup.
            #expect(routes.first == "GET /token/{account}")
        }
    }
}

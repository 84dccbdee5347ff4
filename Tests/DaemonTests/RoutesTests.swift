import APIServer
import FakeDaemon
import Testing

@testable import Daemon

struct RoutesTests {
    @Test func `the daemon has the routes that the other tests ask a fake one for`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            let routes = rig.api.routes.map(\.description)
            #expect(routes.sorted() == FakeDaemon().routes.map(\.description).sorted())
            // The one that is found quickly.
            #expect(routes.first == "GET /token/{account}")
        }
    }
}

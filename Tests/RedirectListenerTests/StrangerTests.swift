import Glibc
import RawClient
import RedirectListener
import Synchronization
import Testing

/// Connections of other users, who know the start URL from the browser's arguments.
@Suite(.timeLimit(.minutes(5)), .enabled(if: geteuid() == 0, "only root can connect as another user"))
struct StrangerTests {
    private static let stranger: uid_t = 23_002
    private static let request = "GET /?code=c&state=right HTTP/1.1\r\nHost: localhost\r\n\r\n"

    @Test(arguments: OwnerLookup.allCases)
    func `another user is refused before anything is read, and the consent goes on`(lookup: OwnerLookup) async throws {
        let told = Mutex<[uid_t]>([])
        try await withListener(lookup: lookup, onStranger: { user in told.withLock { $0.append(user) } }) { open in
            let port = open.listener.port
            for address in [RawClient.Address.ipv4(port: port), .ipv6(port: port)] {
                // Without a byte from the client, whose connection would have ten seconds otherwise.
                #expect(try RawClient(address, owner: Self.stranger).isEnded())
                let sender = try RawClient(address, owner: Self.stranger)
                try? sender.send(Self.request)
                #expect((try? sender.read()) == nil)
            }
            #expect(open.consent.received.isEmpty)
            #expect(told.withLock { $0 } == [Self.stranger])
            try open.expectTrueRedirectSucceeds()
            let page = try RawClient(.ipv6(port: port)).ask("GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(page?.status == 404)
        }
    }

    /// Runs in a process of its own, because the user is that of the whole process.
    @Test func `a user's daemon serves that user and root, and nobody else`() async {
        await #expect(processExitsWith: .success) {
            for lookup in OwnerLookup.allCases {
                try #require(seteuid(23_001) == 0)
                try await withListener(lookup: lookup) { open in
                    try #require(seteuid(0) == 0)
                    for user in [23_001, 0] as [uid_t] {
                        let client = try open.connect(as: user)
                        #expect(try client.ask("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")?.status == 404)
                    }
                    #expect(try open.connect(as: 23_002).isEnded())
                    try open.expectTrueRedirectSucceeds()
                }
            }
        }
    }

    @Test func `where callers can't be told apart the listener isn't opened`() async throws {
        let fault = await #expect(throws: ListenerFault.self) {
            try await withListener(lookup: nil) { _ in }
        }
        #expect(fault == .unknownCallers)
        #expect(fault?.hint.contains("--paste") == true && "\(ListenerFault.unknownCallers)".contains("/proc/net/tcp"))
    }
}

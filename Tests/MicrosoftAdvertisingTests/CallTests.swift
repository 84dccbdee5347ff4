import HTTPTransport
import MicrosoftAdvertisingService
import OAuth
import Synchronization
import Testing

/// Complete calls to the stand-in service, through libcurl.
@Suite(.timeLimit(.minutes(10)))
struct CallTests {
    private let source = SampleSource()
    private let pauses = Pauses()

    final class Pauses: Sendable {
        private let all = Mutex<[Duration]>([])
        var seen: [Duration] { all.withLock { $0 } }
        func note(_ pause: Duration) { all.withLock { $0.append(pause) } }
    }

    private func with<Result>(
        _ service: StandInService, _ serviceProtocol: ServiceProtocol,
        _ test: (CustomerManagement) async throws -> Result
    ) async throws -> Result {
        let transport = CurlTransport()
        defer { transport.stop() }
        let result = try await service.run { address in
            try await test(
                CustomerManagement(
                    caller: ServiceCaller(
                        transport: transport, source: source, pause: { [pauses] pause, _ in pauses.note(pause) }),
                    request: ServiceRequest(address: address, serviceProtocol: serviceProtocol)))
        }
        #expect(service.complaints == [])
        return result
    }

    private static func json(_ body: String, status: Int = 200) -> StandInService.Reply {
        .init(status: status, body: body, headers: [("Content-Type", "application/json; charset=utf-8")])
    }

    private static func xml(_ name: String, status: Int = 200) throws -> StandInService.Reply {
        .init(status: status, body: try Fixture.text(name), headers: [("Content-Type", "text/xml; charset=utf-8")])
    }

    private static func user(_ serviceProtocol: ServiceProtocol) throws -> StandInService.Reply {
        serviceProtocol == .rest ? json(ReplyTests.restUser) : try xml("synthetic-soap-getuser.response.xml")
    }

    private static func fault(_ code: Int, _ serviceProtocol: ServiceProtocol) throws -> StandInService.Reply {
        serviceProtocol == .rest
            ? json(#"{"Type":"AdApiFaultDetail","Errors":[{"Code":\#(code)}]}"#, status: code == 109 ? 401 : 500)
            : try xml("synthetic-soap-fault-\(code).response.xml", status: code == 109 ? 200 : 500)
    }

    @Test(arguments: ServiceProtocol.allCases)
    func `requests are accepted by the service and replies parsed`(_ serviceProtocol: ServiceProtocol) async throws {
        let service = StandInService(serviceProtocol)
        service.reply(try Self.user(serviceProtocol))
        let user = try await with(service, serviceProtocol) { try await $0.user() }
        #expect(user.id == "10001" && source.refreshes == 0)
    }

    @Test(arguments: ServiceProtocol.allCases)
    func `an expired token is refreshed once, and the call is repeated`(_ serviceProtocol: ServiceProtocol) async throws
    {
        let service = StandInService(serviceProtocol)
        service.reply(try Self.fault(109, serviceProtocol), try Self.user(serviceProtocol))
        let user = try await with(service, serviceProtocol) { try await $0.user() }
        #expect(user.id == "10001" && source.refreshes == 1 && service.requests.count == 2)
    }

    @Test(arguments: ServiceProtocol.allCases)
    func `a token refused again after a refresh ends the call`(_ serviceProtocol: ServiceProtocol) async throws {
        let service = StandInService(serviceProtocol)
        let expired = try Self.fault(109, serviceProtocol)
        // Any further request would get a reply that is a different failure.
        service.reply(expired, expired, expired, expired)
        let failure = await #expect(throws: CallFailure.self) {
            try await with(service, serviceProtocol) { try await $0.user() }
        }
        #expect(failure?.meaning == .tokenExpired)
        #expect(source.refreshes == 1 && service.requests.count == 2)
    }

    @Test func `a 401 without a body refreshes too`() async throws {
        let service = StandInService(.rest)
        service.reply(.init(status: 401, body: ""), try Self.user(.rest))
        _ = try await with(service, .rest) { try await $0.user() }
        #expect(source.refreshes == 1)
    }

    @Test(arguments: ServiceProtocol.allCases)
    func `code 105 causes neither a refresh nor a second request`(_ serviceProtocol: ServiceProtocol) async throws {
        let service = StandInService(serviceProtocol)
        let refused = try Self.fault(105, serviceProtocol)
        service.serve { _ in refused }
        await #expect(throws: CallFailure.self) { try await with(service, serviceProtocol) { try await $0.user() } }
        #expect(source.refreshes == 0 && pauses.seen.isEmpty && service.requests.count == 1)
    }

    @Test(arguments: ServiceProtocol.allCases)
    func `after code 117 it waits a minute, up to three times`(_ serviceProtocol: ServiceProtocol) async throws {
        let service = StandInService(serviceProtocol)
        let busy = try Self.fault(117, serviceProtocol)
        service.reply(busy, busy, try Self.user(serviceProtocol))
        _ = try await with(service, serviceProtocol) { try await $0.user() }
        #expect(pauses.seen == [.seconds(60), .seconds(60)])
        // Any further request would get the result.
        service.reply(busy, busy, busy, busy, try Self.user(serviceProtocol))
        await #expect(throws: CallFailure.self) { try await with(service, serviceProtocol) { try await $0.user() } }
        #expect(pauses.seen.count == 5)
    }

    @Test func `status 429 is followed by the wait that the service states, unless that is too long`() async throws {
        let service = StandInService(.rest)
        service.reply(.init(status: 429, body: "", headers: [("Retry-After", "7")]), try Self.user(.rest))
        _ = try await with(service, .rest) { try await $0.user() }
        #expect(pauses.seen == [.seconds(7)])
        service.reply(.init(status: 429, body: "", headers: [("Retry-After", "3000")]))
        await #expect(throws: CallFailure.self) { try await with(service, .rest) { try await $0.user() } }
        #expect(pauses.seen.count == 1)
    }

    private static func page(_ ids: Range<Int>) -> StandInService.Reply {
        json("{\"Accounts\":[\(ids.map { "{\"Id\":\"\($0)\",\"ParentCustomerId\":\"1\"}" }.joined(separator: ","))]}")
    }

    @Test func `all pages are requested by their index`() async throws {
        let service = StandInService(.rest)
        service.reply(Self.page(0..<10), Self.page(10..<20), Self.page(20..<23))
        let accounts = try await with(service, .rest) {
            try await $0.accounts(of: AdvertisingUser(id: "10001"), pageSize: 10)
        }
        #expect(accounts.map(\.id) == (0..<23).map(String.init))
        for (index, body) in service.requests.enumerated() { #expect(body.contains("\"Index\":\(index),\"Size\":10")) }
        #expect(service.requests.count == 3)
    }

    @Test func `after a full last page an empty one is requested, and a repeated page ends the list`() async throws {
        let service = StandInService(.rest)
        service.reply(Self.page(0..<10), Self.page(0..<0))
        #expect(
            try await with(service, .rest) { try await $0.accounts(of: AdvertisingUser(id: "10001"), pageSize: 10) }
                .count == 10)
        service.serve { _ in Self.page(0..<10) }
        #expect(
            try await with(service, .rest) { try await $0.accounts(of: AdvertisingUser(id: "10001"), pageSize: 10) }
                .count == 10)
        #expect(service.requests.count == 4)
    }

    @Test func `SOAP pages are requested by their index too`() async throws {
        let service = StandInService(.soap)
        service.reply(try Self.xml("synthetic-soap-searchaccounts.response.xml"))
        let accounts = try await with(service, .soap) {
            try await $0.accounts(of: AdvertisingUser(id: "10001"), pageSize: 10)
        }
        #expect(accounts.map(\.id) == ["30001"])
    }

    @Test(arguments: ServiceProtocol.allCases)
    func `a reply of ten megabytes is cut off and reported`(_ serviceProtocol: ServiceProtocol) async throws {
        let service = StandInService(serviceProtocol)
        service.reply(.init(body: String(repeating: "x", count: 10 << 20)))
        let failure = await #expect(throws: CallFailure.self) {
            try await with(service, serviceProtocol) { try await $0.user() }
        }
        #expect("\(try #require(failure))".contains("longer than"))
    }

    @Test func `the TrackingId of the HTTP header is shown`() async throws {
        let service = StandInService(.rest)
        service.reply(.init(status: 500, body: "", headers: [("TrackingId", Sample.trackingID)]))
        let failure = await #expect(throws: CallFailure.self) { try await with(service, .rest) { try await $0.user() } }
        #expect("\(try #require(failure))".hasSuffix("TrackingId \(Sample.trackingID)"))
    }
}

import APIContract
import Failures
import FakeDaemon
import RawClient
import Testing

@Suite(.timeLimit(.minutes(5)))
struct CustomerQueryTests {
    @Test(arguments: [
        ("?customer_id=7", " for 7 -"), ("?customer_id=7&customer_account_id=8", " for 7 8"),
        ("?customer_account_id=8&wait=30&customer_id=7", " for 7 8"), ("", ""),
    ])
    func `one answer can be for a customer other than the chosen one`(query: String, words: String) async throws {
        try await withServedDaemon { daemon, path, _ in
            let answer = try await get(path, "/accounts/ads/ads/headers\(query)")
            #expect(answer?.status == 200)
            #expect(await daemon.allCalls() == ["headers ads min_ttl=0 fresh=false wait=30\(words)"])
        }
    }

    @Test(arguments: [
        ("?customer_account_id=8", "needs the customer_id"), ("?customer_id=X0000001", "not an account's number"),
        ("?customer_id=7&customer_account_id=X0000001", "not an account's number"), ("?customer_id=", "text of 1 to"),
        ("?customer_id=7&customer_account_id=-1", "not an account's number"),
    ])
    func `an invalid customer is reported, with where to find the ids`(query: String, words: String) async throws {
        try await withServedDaemon { daemon, path, _ in
            let answer = try #require(try await get(path, "/accounts/ads/ads/headers\(query)"))
            #expect(answer.status == 400 && answer.problem?.code == .malformedRequest)
            #expect(answer.problem?.detail.contains(words) == true)
            #expect(query.hasSuffix("=") || answer.problem?.hint == "valetkey ads accounts ads lists both ids")
            #expect(await daemon.allCalls() == [])
        }
    }
}

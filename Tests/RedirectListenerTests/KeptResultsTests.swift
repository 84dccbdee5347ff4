import HTTPListener
import NIOHTTP1
import Testing

@testable import RedirectListener

struct KeptResultsTests {
    @Test func `everything is delivered once each response has its result and each page is fetched`() {
        var results = KeptResults(limit: 2)
        #expect(results.isDelivered)
        results.expect()
        #expect(!results.isDelivered)
        results.keep(HTTPAnswer(status: .ok), id: "a")
        results.settle()
        #expect(!results.isDelivered)
        #expect(results.fetch("b")?.status == nil)
        #expect(!results.isDelivered)
        #expect(results.fetch("a")?.status == .ok)
        #expect(results.isDelivered)
    }

    @Test func `a result without a page of its own counts as delivered`() {
        var results = KeptResults(limit: 2)
        results.expect()
        results.settle()
        #expect(results.isDelivered)
    }
}

import HTTPListener
import NIOHTTP1
import Testing

@testable import RedirectListener

struct KeptResultsTests {
    @Test func `all is delivered once each verdict is given and each page fetched`() {
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

    @Test func `a verdict without a page of its own delivers too`() {
        var results = KeptResults(limit: 2)
        results.expect()
        results.settle()
        #expect(results.isDelivered)
    }
}

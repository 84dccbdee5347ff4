import HTTPListener

/// The result pages, each at a path of its own. The browser is redirected there, so that the code disappears from the
/// address bar.
struct KeptResults: Sendable {
    private struct Result: Sendable {
        let id: String
        let page: HTTPAnswer
        var isFetched = false
    }

    private let limit: Int
    private var results: [Result] = []
    /// How many responses have no result yet.
    private var outstanding = 0

    init(limit: Int) {
        self.limit = limit
    }

    /// Whether every response has its result, and every result page was fetched.
    var isDelivered: Bool { outstanding == 0 && results.allSatisfy(\.isFetched) }

    /// Counts a response that was given to the receiver.
    mutating func expect() {
        outstanding += 1
    }

    /// Counts a response that has got its result.
    mutating func settle() {
        outstanding -= 1
    }

    /// Keeps a page. Where there are too many, the oldest one is dropped.
    mutating func keep(_ page: HTTPAnswer, id: String) {
        results.append(Result(id: id, page: page))
        if results.count > limit { results.removeFirst() }
    }

    mutating func fetch(_ id: String) -> HTTPAnswer? {
        guard let index = results.firstIndex(where: { $0.id == id }) else { return nil }
        results[index].isFetched = true
        return results[index].page
    }
}

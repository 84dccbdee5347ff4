import HTTPListener

/// The pages of the verdicts, each under a path of its own, so that the code can leave the address bar.
struct KeptResults: Sendable {
    private struct Result: Sendable {
        let id: String
        let page: HTTPAnswer
        var isFetched = false
    }

    private let limit: Int
    private var results: [Result] = []
    /// Responses that have no verdict yet.
    private var outstanding = 0

    init(limit: Int) {
        self.limit = limit
    }

    /// Whether neither a response waits for its verdict nor a page for its reader.
    var isDelivered: Bool { outstanding == 0 && results.allSatisfy(\.isFetched) }

    /// A response went to the receiver.
    mutating func expect() {
        outstanding += 1
    }

    /// The response has its answer.
    mutating func settle() {
        outstanding -= 1
    }

    /// Keeps a page, in place of the oldest one where there are too many.
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

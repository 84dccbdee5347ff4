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

    init(limit: Int) {
        self.limit = limit
    }

    /// Whether a page waits for its reader.
    var hasUnread: Bool { results.contains { !$0.isFetched } }

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

/// What a demonstration of several hosts comes to.
struct FleetSummary: Sendable {
    var refreshes: Int
    /// How often a refresh token was sent to the authorization server.
    var requests: Int
    var agreeing: Int
    var hosts: Int

    /// Whether no refresh token was sent for nothing, and all hosts serve one token.
    var isClean: Bool { requests == refreshes && agreeing == hosts }

    var lines: [String] {
        let word =
            requests == refreshes ? "one for each refresh" : "\(requests - refreshes) without a refresh"
        return [
            "refreshes                       \(refreshes)",
            "requests with a refresh token   \(requests), \(word)",
            "hosts that agree                \(agreeing) of \(hosts)",
        ]
    }
}

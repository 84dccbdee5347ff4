import APIContract
import AuthorizationServer
import Console

/// The story of one daemon: consent, token, refreshes.
struct OneHostStory: Story {
    let stage: Stage
    let host: DemoHost
    /// nil: until a signal.
    let time: Duration?

    var screen: Screen { stage.screen }

    func tell() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await tellAll() }
            if let time {
                group.addTask {
                    try await Task.sleep(for: time)
                    try await checkConsent()
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func tellAll() async throws {
        stage.introduce()
        try await host.start()
        screen.heading(2, "The daemon is ready")
        screen.line("   \(host.home.socket)")
        try await stage.consent("You consent, once", with: host.client)
        let token = try await read()
        try await showRefreshes(after: token)
    }

    /// A demonstration that has shown nothing of a consent has failed.
    private func checkConsent() async throws {
        let account = try await host.client.account()
        guard account.consentedAt == nil else { return }
        throw DemoFailure.consent("nobody has pressed Allow in that time")
    }

    private func read() async throws -> TokenAnswer {
        screen.heading(4, "Any of your programs reads the token with one request")
        stage.showRequest(to: host)
        screen.line("")
        let token = try await host.client.token()
        let answer = try await stage.open(with: token)
        screen.line(
            "   It answers \(stage.shortened(token)), \(token.accessToken.count) characters, "
                + "valid for \(token.expiresIn ?? 0) s.",
            "   With it, \(stage.server.resource) answers: \(answer)")
        return token
    }
}

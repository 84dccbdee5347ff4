import APIContract
import AuthorizationServer
import Console
import FoundationEssentials

extension OneHostStory {
    /// Shows each refresh as it happens, until the task is cancelled or the output is closed.
    func showRefreshes(after first: TokenAnswer) async throws {
        screen.heading(5, "The daemon refreshes it before it expires")
        if time == nil { screen.line("   \(screen.styled("Ctrl-C ends the demonstration.", .dim))") }
        screen.line("")
        var token = first
        var complaint: FailureReport?
        while !screen.isClosed {
            let account = try await host.client.account()
            if account.lastError != complaint, let failure = account.lastError {
                stage.show(failure.detail, hint: failure.hint)
            }
            complaint = account.lastError
            let latest = try await host.client.token()
            if latest.accessToken != token.accessToken {
                try await show(latest)
                token = latest
            }
            try await pause(account)
        }
    }

    private func show(_ token: TokenAnswer) async throws {
        let answer = try await stage.open(with: token)
        let rotations = stage.server.activity.refreshes.count { $0.status == 200 }
        screen.line(
            "   \(LocalTime.clock(Date()))  new access token \(screen.styled(stage.shortened(token), .bold)), "
                + "valid until \(token.expiresAt.map { LocalTime.clock($0) } ?? "it is refused"); "
                + "refresh token rotated (\(rotations)); \(answer)")
    }

    /// Waits until the next refresh is due; only a second where the time left is shown.
    private func pause(_ account: AccountReport) async throws {
        let due = account.nextRefreshIn ?? 1
        guard due > 0 else { return try await Task.sleep(for: .milliseconds(200)) }
        screen.status("   next refresh in \(due) s")
        try await Task.sleep(for: .seconds(screen.isTerminal ? 1 : min(due, 60)))
    }
}

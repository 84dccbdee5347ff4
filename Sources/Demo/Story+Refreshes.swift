import APIContract
import AuthorizationServer
import Console
import FoundationEssentials

extension Story {
    /// Shows each refresh as it happens, until the task is cancelled or the output is closed.
    func showRefreshes(after first: TokenAnswer) async throws {
        screen.heading(5, "The daemon refreshes it before it expires")
        if time == nil { screen.line("   \(screen.styled("Ctrl-C ends the demonstration.", .dim))") }
        screen.line("")
        var token = first
        var complaint: FailureReport?
        while !screen.isClosed {
            let account = try await client.account()
            if account.lastError != complaint, let failure = account.lastError { show(failure) }
            complaint = account.lastError
            let latest = try await client.token()
            if latest.accessToken != token.accessToken {
                try await show(latest)
                token = latest
            }
            try await pause(account)
        }
    }

    private func show(_ token: TokenAnswer) async throws {
        let name = try await open(with: token)
        let rotations = server.activity.refreshes.count { $0.status == 200 }
        screen.line(
            "   \(LocalTime.clock(Date()))  new access token \(screen.styled(shortened(token), .bold)), "
                + "valid until \(token.expiresAt.map { LocalTime.clock($0) } ?? "it is refused"); "
                + "refresh token rotated (\(rotations)); \(screen.styled("200, hello \(name)", .green))")
    }

    private func show(_ failure: FailureReport) {
        screen.line("   \(LocalTime.clock(Date()))  \(screen.styled(failure.detail, .red))")
        if let hint = failure.hint { screen.line("             \(hint)") }
    }

    /// Waits until the next refresh is due; only a second where the time left is shown.
    private func pause(_ account: AccountReport) async throws {
        let due = account.nextRefreshIn ?? 1
        guard due > 0 else { return try await Task.sleep(for: .milliseconds(200)) }
        screen.status("   next refresh in \(due) s")
        try await Task.sleep(for: .seconds(screen.isTerminal ? 1 : min(due, 60)))
    }
}

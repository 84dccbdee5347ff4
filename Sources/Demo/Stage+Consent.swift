import APIContract
import AuthorizationServer
import Console
import Text

extension Stage {
    /// Gets the consent, the only step that needs a browser, with the daemon that this client asks.
    func consent(_ heading: String, with client: DaemonClient) async throws {
        let started = try await client.startConsent()
        screen.heading(3, heading)
        if isAutomatic {
            screen.line("   Signing in as \(DemoAccount.user) and consenting by HTTP, as --auto asks.")
            guard let url = started.authorizationURL else { throw DemoFailure.daemon("the consent has no URL") }
            try await ConsentWalk(transport: transport, issuer: server.issuer).walk(from: url)
        } else {
            try await invite(started)
        }
        let ended = try await waitForEnd(of: started, client)
        guard ended.state == .granted else {
            throw DemoFailure.consent(ended.error?.detail ?? ended.state.words)
        }
        let scope = (ended.scope ?? []).joined(separator: ", ")
        screen.line("   \(screen.styled("Granted: \(scope)", .green))")
    }

    private func invite(_ consent: ConsentReport) async throws {
        guard let url = consent.openURL ?? consent.authorizationURL else {
            throw DemoFailure.daemon("the consent has no URL")
        }
        let isOpened = opensBrowser && Browser.open(url, patience: .zero) == .opened
        screen.line(
            isOpened
                ? "   Opening your browser. If nothing happens, open:"
                : "   Open this URL in a browser on this machine:",
            "   \(screen.styled(url, .cyan))",
            "   User \(screen.styled(DemoAccount.user, .bold)), "
                + "password \(screen.styled(DemoAccount.password, .bold)); then press Allow.")
        if !isOpened { screen.line("   \(screen.styled("Without a browser: \(command) --auto", .dim))") }
    }

    private func waitForEnd(of started: ConsentReport, _ client: DaemonClient) async throws -> ConsentReport {
        var consent = started
        while !consent.state.isOver {
            let left = DurationText.clock(max(0, consent.expiresIn))
            screen.status("   Waiting for \(isAutomatic ? "the daemon" : "you"), \(left) left")
            consent = try await client.consent()
        }
        return consent
    }
}

extension ConsentState {
    fileprivate var words: String {
        switch self {
        case .refused: "it was refused"
        case .expired: "nobody answered in time"
        case .cancelled: "it was cancelled"
        case .failed: "the code could not be redeemed"
        case .pending, .redeeming, .granted: rawValue
        }
    }
}

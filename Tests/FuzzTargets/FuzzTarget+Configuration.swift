import Configuration
import Vendors

extension FuzzTarget {
    private static let secretLine = "client_secret = \"\(canary)\""

    static let configuration = FuzzTarget(
        "configuration",
        samples: [
            """
            [accounts.ads]
            provider = "microsoft-advertising"
            client_id = "app"
            \(secretLine)
            scopes = ["a", "b"]
            """,
            """
            # mail
            [accounts."team.mail"]
            issuer = "https://as.example"
            client_id = 'x'
            client_key = "~/k.pem"
            authorization_parameters = { prompt = "login", max_age = 3600 }
            refresh_before_expiry = "1h30m"
            dpop = true
            [daemon]
            consent_timeout = "10m"
            notify_command = []
            """,
            """
            [accounts.a]
            provider = "microsoft"
            cloud = "china"
            pkce = false
            request_headers = { Origin = "http://localhost" }
            authorization_parameters = { prompt = false }
            assertion_claims = { sub = "anna", scope = false }
            refresh_limit = { burst = 4, one_each = "30s" }
            token_lifetime = "unlimited"
            metadata_url = "https://as.example/m"
            """,
            """
            [[a]]
            b.c = [1979-05-27T07:32:00+01:00, 07:32:00.5, 1979-05-27, 0x1f, 1_0, 1.5e3, -inf, {d = '''e'''}]
            f = \"""
            g \\
              \\u00e9\"""
            """,
        ]
    ) { (text: String) in
        let report = DaemonConfiguration.parse(text, file: "c", catalogue: .complete)
        let shown = report.findings.map { "\($0)" }.joined(separator: "\n")
        try holdPrintable(shown.replacing("\n", with: " "))
        for finding in report.findings {
            guard let position = finding.position else { continue }
            try hold(position.line > 0 && position.column > 0, "lines and columns count from 1")
        }
        try holdSecret(in: text, at: "\n\(secretLine)\n", shown: shown)
        try holdSecret(in: text, at: "\n\(secretLine)\n", shown: String(describing: report.configuration))
    }
}

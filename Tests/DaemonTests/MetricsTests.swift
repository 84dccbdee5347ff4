import APIContract
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(5))) struct MetricsTests {
    @Test func `each account has its state, and what happened is counted`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            #expect(rig.api.metrics().contains("\nvaletkey_account_state{account=\"demo\",state=\"no_grant\"} 1\n"))
            #expect(!rig.api.metrics().contains("valetkey_token_expires_in_seconds"))
            _ = try await rig.consent()
            rig.clock.advance(by: .seconds(10))
            let lines = rig.api.metrics().split(separator: "\n")
            for line in [
                "valetkey_uptime_seconds 10", "valetkey_account_state{account=\"demo\",state=\"active\"} 1",
                "valetkey_grant_unsaved{account=\"demo\"} 0", "valetkey_readers_waiting{account=\"demo\"} 0",
                "# TYPE valetkey_token_expires_in_seconds gauge",
            ] {
                #expect(lines.contains { $0 == line }, "\(line)")
            }
            let expiry = lines.first { $0.hasPrefix("valetkey_token_expires_in_seconds{account=\"demo\"} ") }
            #expect(expiry?.split(separator: " ").last.flatMap { Int($0) } == rig.api.accounts().accounts[0].expiresIn)
            // Every value has a type and a help text above it.
            for line in lines where !line.hasPrefix("#") {
                let name = line.prefix { $0 != "{" && $0 != " " }
                #expect(
                    lines.contains { $0.hasPrefix("# HELP \(name) ") }
                        && lines.contains { $0.hasPrefix("# TYPE \(name) ") })
            }
        }
    }

    @Test func `counts and labels are in Prometheus's form`() {
        let metrics = Metrics(
            [], [], events: [.init(event: "refreshed", code: nil): 3, .init(event: "a", code: "q\"\\\n"): 1], uptime: 4)
        #expect(
            metrics.text.hasSuffix(
                "valetkey_events_total{code=\"q\\\"\\\\\\n\",event=\"a\"} 1\nvaletkey_events_total{event=\"refreshed\"} 3\n"
            ))
    }
}

import APIContract
import Accounts
import AuthorizationServer
import Failures
import Foundation
import Grants
import Logging
import OAuth
import Synchronization
import Testing
import Text

@testable import Daemon

/// A log in memory, a line an entry.
final class RecordedLog: Sendable {
    private let entries = Mutex<[String]>([])

    var lines: [String] { entries.withLock { $0 } }

    var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

    private struct Handler: LogHandler {
        let log: RecordedLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let details = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }
            log.entries.withLock { $0.append("\(event.level): \(event.message)\(details.joined())") }
        }
    }
}

@Suite(.timeLimit(.minutes(1))) struct ConsentLogTests {
    // KEEP-2
    @Test func `a consent that failed is in the log with its code and its hint, and without a secret`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            let log = RecordedLog()
            let started = try await rig.api.startConsent("demo", ConsentRequest(flow: .paste)).get()
            let state = String(try #require(started.authorizationURL?.firstMatch(of: /state=([^&]+)/)?.1))
            ConsentLog(log: log.logger).note(.started(.paste), of: "demo")
            let text = "?error=invalid_scope&error_description=\(state)&state=\(state)&iss="
            let issuer = FormEncoding.encode(rig.server.issuer)
            _ = try await rig.api.takeRedirect("demo", PastedRedirect(redirect: text + issuer)).get()
            ConsentLog(log: log.logger).note(.ended(try #require(rig.consents.consent(of: "demo"))), of: "demo")
            #expect(log.lines.first == "info: consent started account=demo flow=paste")
            let line = try #require(log.lines.last)
            #expect(line.hasPrefix("warning: consent ended: the authorization server says invalid_scope"))
            #expect(line.contains("code=invalid_scope hint=check scopes") && line.hasSuffix("state=failed"))
            #expect(!line.contains(state))
        }
    }

    @Test func `one that ended as it should is told without a warning`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            let log = RecordedLog()
            try await rig.consent(endingAs: .granted)
            ConsentLog(log: log.logger).note(.ended(try #require(rig.consents.consent(of: "demo"))), of: "demo")
            #expect(log.lines == ["info: consent ended account=demo state=granted"])
        }
    }

    @Test func `a request that couldn't be pushed again is told with its reason`() {
        let log = RecordedLog()
        let failure = Failure(.connection, "nobody is there", hint: "look", at: Date())
        ConsentLog(log: log.logger).note(.pushFailed(failure), of: "demo")
        #expect(
            log.lines == [
                "warning: the authorization request was not pushed again: nobody is there account=demo code=connection "
                    + "hint=look"
            ])
    }
}

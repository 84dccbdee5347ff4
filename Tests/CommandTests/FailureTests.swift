import APIClient
import APIContract
import ArgumentParser
import Failures
import FakeDaemon
import Testing

@testable import Console

struct FailureTests {
    @Test(arguments: [
        (ClientFailure.notReachable(path: "/s", reason: "why"), Exit.daemonUnreachable), (.hungUp, Exit.tryAgain),
        (.timedOut, Exit.tryAgain), (.interrupted, Exit.interrupted),
        (.protocolError("why"), Exit.other),
        (.problem(.example(.consentRequired)), Exit.consentNeeded),
        (.problem(.example(.configurationError)), Exit.configuration),
        (.problem(.example(.temporarilyUnavailable)), Exit.tryAgain),
        (.problem(.example(.tooManyRequests)), Exit.tryAgain),
        (.problem(.example(.noSuchAccount)), Exit.usage),
        (.problem(.example(.malformedRequest)), Exit.usage),
        (.problem(.example(.noConsentPending)), Exit.other),
        (.problem(.example(.consentConflict)), Exit.other),
        (.problem(.example(.forbidden)), Exit.other), (.problem(.example(.internalError)), Exit.other),
        (.problem(.example(.unlistedError)), Exit.tryAgain),
    ])
    func `each failure has its exit code`(failure: ClientFailure, exit: Exit) {
        #expect(CommandFailure(failure).exit == exit)
    }

    @Test func `a problem is shown in the daemon's words`() {
        let failure = CommandFailure(.problem(.example(.consentRequired)))
        #expect(failure.message == "what is wrong: consent_required")
        #expect(failure.hint == "what to do about consent_required")
    }

    @Test func `a daemon that isn't running is reported with its path and how to start it`() {
        let failure = CommandFailure(.notReachable(path: "/run/s", reason: "no such file"))
        #expect(failure.message == "the daemon can't be reached at /run/s: no such file")
        #expect(failure.hint?.contains("systemctl --user start valetkey.socket") == true)
    }

    @Test func `each line of a message and of a hint is on a line of its own, without control characters`() {
        let failure = CommandFailure(.usage, "c.toml:1:1: no\nc.toml:2:1: \u{1b}[2Jno", hint: "one\nhint: two")
        #expect(failure.lines == ["valetkey: c.toml:1:1: no", "c.toml:2:1:  [2Jno", "hint: one", "hint: two"])
        #expect(CommandFailure(.usage, "no").lines == ["valetkey: no"])
    }

    @Test(
        arguments: [
            ("client_secret", 78), ("other_issuer", 78), ("invalid_target", 78), ("invalid_request", 78),
            ("unsupported_grant_type", 78), ("incorrect_client_credentials", 78), ("invalid_grant", 77),
            ("bad_reply", 75), ("account_changed", 1), ("a word of a server's", 75),
        ] as [(String, Int32)])
    func `a failure has the same exit code in every command`(_ word: String, _ code: Int32) {
        let report = FailureReport(code: word, detail: "why")
        #expect(CommandFailure(report.meansCode, "why").exit.rawValue == code)
    }
}

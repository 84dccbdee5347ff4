import ArgumentParser
import FakeDaemon
import SocketClient
import SocketContract
import Testing

@testable import CommandKit

struct FailureTests {
    @Test(arguments: [
        (ClientFailure.notReachable(path: "/s", reason: "why"), Exit.daemonUnreachable), (.hungUp, Exit.tryAgain),
        (.timedOut, Exit.tryAgain), (.protocolError("why"), Exit.other),
        (.problem(.example(409, .consentRequired)), Exit.consentNeeded),
        (.problem(.example(409, .configurationError)), Exit.configuration),
        (.problem(.example(503, .unavailable)), Exit.tryAgain),
        (.problem(.example(429, .tooManyRequests)), Exit.tryAgain),
        (.problem(.example(404, .noSuchAccount)), Exit.usage),
        (.problem(.example(400, .malformedRequest)), Exit.usage),
        (.problem(.example(404, .noConsentPending)), Exit.other),
        (.problem(.example(409, .consentConflict)), Exit.other),
        (.problem(.example(403, .forbidden)), Exit.other), (.problem(.example(500, .internalError)), Exit.other),
        (.problem(.example(418, .init(rawValue: "of a later version"))), Exit.other),
    ])
    func `each failure has its exit code`(failure: ClientFailure, code: ExitCode) {
        #expect(CommandFailure(failure).code == code)
    }

    @Test func `the exit codes are those of sysexits`() {
        let codes = [
            Exit.other, Exit.usage, Exit.daemonUnreachable, Exit.tryAgain, Exit.consentNeeded, Exit.configuration,
        ]
        #expect(codes.map(\.rawValue) == [1, 64, 69, 75, 77, 78])
    }

    @Test func `a problem is told in the daemon's words`() {
        let failure = CommandFailure(.problem(.example(409, .consentRequired)))
        #expect(failure.message == "what is wrong: consent_required")
        #expect(failure.hint == "what to do about consent_required")
    }

    @Test func `a daemon that isn't there is told with its path and how to start it`() {
        let failure = CommandFailure(.notReachable(path: "/run/s", reason: "no such file"))
        #expect(failure.message == "the daemon can't be reached at /run/s: no such file")
        #expect(failure.hint?.contains("systemctl --user start valetkey.socket") == true)
    }

    @Test(arguments: [("client_secret", 78), ("other_issuer", 78), ("invalid_grant", 1)] as [(String, Int32)])
    func `a consent that failed over the configuration ends with that code`(_ failure: String, _ code: Int32) {
        #expect(Exit.of(failure: failure).rawValue == code)
    }
}

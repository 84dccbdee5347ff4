import Failures
import Grants
import Logging
import OAuth

/// What happens to grants, as lines of the log. None of it holds a secret.
struct EventLog: Sendable {
    let log: Logger

    func note(_ account: String, _ event: GrantEvent) {
        var details: Logger.Metadata = ["account": "\(account)"]
        func describe(_ failure: Failure) {
            details["code"] = "\(failure.code)"
            details["hint"] = failure.hint.map { "\($0)" }
        }
        switch event {
        case .consented(let life, let scope, let missing):
            details["scope"] = "\(scope)"
            details["expires_in"] = "\(life.wholeSeconds)"
            if !missing.isEmpty { details["missing_scope"] = "\(missing)" }
            log.info("consent granted", metadata: details)
        case .refreshed(let life, let rotated):
            details["expires_in"] = "\(life.wholeSeconds)"
            details["rotated"] = "\(rotated)"
            log.info("access token renewed", metadata: details)
        case .refreshFailed(let failure, let pause, let validFor):
            describe(failure)
            details["retry_in"] = "\(pause.wholeSeconds)"
            details["valid_for"] = "\(validFor.wholeSeconds)"
            log.warning("renewal failed: \(failure.detail)", metadata: details)
        case .consentRequired(let failure):
            describe(failure)
            log.error("a new consent is needed: \(failure.detail)", metadata: details)
        case .misconfigured(let failure):
            describe(failure)
            log.error("configuration error: \(failure.detail)", metadata: details)
        case .saveFailed(let failure, let pause):
            describe(failure)
            details["retry_in"] = "\(pause.wholeSeconds)"
            log.critical("the grant is in memory alone: \(failure.detail)", metadata: details)
        case .eraseFailed(let failure):
            describe(failure)
            log.error("the grant is forgotten, but its file stays: \(failure.detail)", metadata: details)
        case .lost(let failure):
            describe(failure)
            log.critical("a renewed grant is lost: \(failure.detail)", metadata: details)
        case .lateGrantRevoked:
            log.info("what a renewal brought after the logout was revoked", metadata: details)
        case .revocationFailed(let failure):
            describe(failure)
            log.error(
                "what a renewal brought after the logout may still be valid: \(failure.detail)", metadata: details)
        case .savedAtLast: log.notice("the grant is on disk again", metadata: details)
        case .loggedOut: log.info("logged out", metadata: details)
        case .staleResult:
            log.notice("a reply came for a grant that is gone or replaced; it was dropped", metadata: details)
        }
    }
}

import CLinux
import Failures
import Grants
import Logging

/// What happens to consents, as lines of the log. None of it holds a secret.
struct ConsentLog: Sendable {
    let log: Logger

    func note(_ event: ConsentEvent, of account: String) {
        var details: Logger.Metadata = ["account": "\(account)"]
        switch event {
        case .started(let flow):
            details["flow"] = "\(flow.rawValue)"
            log.info("consent started", metadata: details)
        case .ended(let consent):
            details["state"] = "\(consent.state)"
            if let failure = consent.failure {
                details["code"] = "\(failure.word)"
                details["hint"] = failure.hint.map { "\($0)" }
                log.warning("consent ended: \(failure.detail)", metadata: details)
            } else {
                log.info("consent ended", metadata: details)
            }
            // The next one may be weeks away.
            shim_give_back_memory()
        case .pushFailed(let failure):
            details["code"] = "\(failure.word)"
            details["hint"] = failure.hint.map { "\($0)" }
            log.warning("the authorization request was not pushed again: \(failure.detail)", metadata: details)
        }
    }
}

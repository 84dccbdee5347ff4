import APIClient
import APIContract
import ArgumentParser
import Console
import Failures

/// What a login does when a signal ends it: it leaves the consent, so that the next login begins another one.
enum Interruption {
    /// The status that a shell reports for a program ended by this signal.
    static func code(_ number: CInt) -> ExitCode { ExitCode(128 + number) }

    /// Leaves the consent and throws the exit code. Returns only if it is too late, because the user has consented.
    ///
    /// - Throws: the exit code, or the failure of the daemon, so that nobody takes the consent for cancelled.
    static func leave(_ account: String, _ client: SocketClient, _ number: CInt) throws {
        let left = Result { () throws(ClientFailure) in try client.leaveConsent(account) }
        switch left {
        case .success(let left):
            Terminal.error.line(
                left.state == .cancelled
                    ? "Stopped: the consent is cancelled."
                    : "Stopped. Another login of \(account) still waits for the same consent.")
            throw code(number)
        case .failure(.problem(let problem)) where problem.code == .noConsentPending: return
        case .failure(let failure): throw failure
        }
    }

    /// How the command ends if it doesn't wait for a token that is being fetched.
    static func late(_ account: String, _ number: CInt) -> ExitCode {
        _ = CommandFailure(
            "stopped, but the token is still being fetched, and \(account) may be logged in then",
            hint: "to undo that, run: valetkey logout \(account)", exit: .interrupted
        ).tell()
        return code(number)
    }
}

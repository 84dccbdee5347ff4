package import APIContract
import Failures
import HTTPListener
import NIOCore

/// Gives the token that a credential's name stands for, or the problem. Called on the event loop, so it must not block.
/// `answer` is called once, now or later, from any thread.
///
/// Returns a function to call when the reader hangs up; nil if the reader has already been answered.
package typealias CredentialReader =
    @Sendable (
        _ claim: CredentialClaim, _ caller: Caller, _ answer: @escaping @Sendable (Result<String, Problem>) -> Void
    ) -> (@Sendable () -> Void)?

/// Answers a service manager that fetches a credential. It can't be told what is wrong, so that problems are reported
/// by whoever gives the token.
struct CredentialResponder: PlainResponder {
    let claim: CredentialClaim
    let caller: Caller
    /// Why this caller isn't served; nil for one that is.
    let refusal: Problem?
    let read: CredentialReader
    let report: @Sendable (CredentialClaim, Caller, Problem) -> Void

    func respond(_ answer: @escaping @Sendable (ByteBuffer?) -> Void) -> (@Sendable () -> Void)? {
        if let refusal {
            report(claim, caller, refusal)
            answer(nil)
            return nil
        }
        return read(claim, caller) { [claim, caller, report] result in
            switch result {
            case .success(let token): answer(ByteBuffer(string: token))
            case .failure(let problem):
                report(claim, caller, problem)
                answer(nil)
            }
        }
    }
}

/// How credentials are read, and how it is reported that one was left empty.
package struct CredentialService: Sendable {
    package var read: CredentialReader
    package var report: @Sendable (CredentialClaim, Caller, Problem) -> Void

    package init(
        read: @escaping CredentialReader, report: @escaping @Sendable (CredentialClaim, Caller, Problem) -> Void
    ) {
        self.read = read
        self.report = report
    }
}

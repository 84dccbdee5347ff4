package import APIContract
import Failures
import Synchronization

/// Whether the main socket serves callers in another user namespace than the daemon's. A reload may change it; it
/// applies to new connections.
package final class SandboxPolicy: Sendable {
    private let servesSandboxed: Atomic<Bool>

    package init(servesSandboxed: Bool = false) {
        self.servesSandboxed = Atomic(servesSandboxed)
    }

    package func adopt(servesSandboxed: Bool) {
        self.servesSandboxed.store(servesSandboxed, ordering: .relaxed)
    }

    /// For `GET /health`.
    package var state: SandboxedCallers {
        guard asks else { return .served }
        return CallerNamespace.isTold ? .refused : .notToldApart
    }

    /// Whether the namespace of a caller matters.
    var asks: Bool { !servesSandboxed.load(ordering: .relaxed) }

    /// Why a caller there isn't served; nil where it is.
    static func refusal(of namespace: CallerNamespace) -> Problem? {
        switch namespace {
        case .own, .unknown: nil
        case .other: .sandboxed("this caller is in a sandbox or container (another user namespace)")
        case .ended: .sandboxed("the process that connected has ended, so it can't be told where this caller runs")
        }
    }
}

extension Problem {
    fileprivate static func sandboxed(_ detail: String) -> Problem {
        Problem(
            .forbidden, detail,
            hint:
                "give it a socket of its own with [sockets.NAME] in config.toml, or set sandboxed_callers = \"serve\" "
                + "in [daemon]")
    }
}

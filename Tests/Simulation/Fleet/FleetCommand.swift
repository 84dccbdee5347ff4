/// One event in the world around a fleet.
package enum FleetCommand: Sendable, CustomStringConvertible {
    case pass(Duration)
    case read(host: Int, account: Int)
    case refresh(host: Int, account: Int)
    case consent(host: Int, account: Int)
    case logout(host: Int, account: Int)
    case fault(Fault, host: Int)
    /// The fault comes within this time after the next request to the authorization server, to the host that sends it.
    case aimed(Fault, after: Duration)
    /// The result of the next request to the authorization server.
    case network(NetworkFault)
    /// The register is copied, for a later `setBack`.
    case backUp
    case setBack
    case wipe
    /// A person lets the host take over the claim of another one.
    case take(host: Int, account: Int)

    package enum Fault: Sendable {
        case kill(down: Duration)
        case reboot(down: Duration)
        /// The process is stopped by a signal and goes on later, or its virtual machine is.
        case suspend(Duration)
        /// The daemon is told to stop.
        case stop(down: Duration)
        /// The host can't reach the register.
        case cut(Duration)
        /// The replies of the register to the next requests are lost, after these were applied.
        case loseReplies(Int)
        case diskFails(Int)
        case wallJump(Duration)
    }

    package enum NetworkFault: Sendable, CaseIterable {
        case slow
        case unreachable
        case serverError
        case replyLost
    }

    package var description: String {
        switch self {
        case .pass(let duration): "pass \(duration)"
        case .read(let host, let account): "read \(account) at \(host)"
        case .refresh(let host, let account): "refresh \(account) at \(host)"
        case .consent(let host, let account): "consent \(account) at \(host)"
        case .logout(let host, let account): "logout \(account) at \(host)"
        case .fault(let fault, let host): "\(fault) at \(host)"
        case .aimed(let fault, let delay): "\(fault) at the next sender, after \(delay)"
        case .network(let fault): "next request: \(fault)"
        case .backUp: "back up"
        case .setBack: "set back"
        case .wipe: "wipe"
        case .take(let host, let account): "take \(account) at \(host)"
        }
    }
}

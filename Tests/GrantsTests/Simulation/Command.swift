import Grants

/// One thing that the world does to the daemon.
enum Command: Sendable, Equatable, CustomStringConvertible {
    case pass(Duration)
    case read(minTTL: Int, isFresh: Bool, wait: Int)
    case hangUp
    case refresh
    case fault(NetworkFault)
    case diskFails(times: Int)
    case crash(down: Duration)
    /// The machine starts anew, with a wall clock that is known to be right, or wrong by that much.
    case reboot(down: Duration, clockOff: Duration?)
    case synchronise
    case suspend(Duration)
    case wallJump(Duration)
    case reload
    /// The account is out of the configuration for that long.
    case takeOut(Duration)
    case logout
    case consent
    case revoke

    /// What happens to the next token request.
    enum NetworkFault: Sendable, CaseIterable {
        case unreachable
        case replyLost
        case serverError
        case tooMany
        case garbage
        case spuriousRefusal
        case slow
        case hang
    }

    var description: String {
        switch self {
        case .pass(let duration): "pass \(duration.wholeSeconds)s"
        case .read(let minTTL, let isFresh, let wait): "read minTTL=\(minTTL) fresh=\(isFresh) wait=\(wait)"
        case .hangUp: "hang up"
        case .refresh: "refresh"
        case .fault(let fault): "next request: \(fault)"
        case .diskFails(let times): "disk fails \(times)x"
        case .crash(let down): "crash, down \(down.wholeSeconds)s"
        case .reboot(let down, nil): "reboot, down \(down.wholeSeconds)s"
        case .reboot(let down, let off?): "reboot, down \(down.wholeSeconds)s, wall clock off \(off.wholeSeconds)s"
        case .synchronise: "wall clock is corrected"
        case .suspend(let duration): "suspend \(duration.wholeSeconds)s"
        case .wallJump(let duration): "wall clock \(duration.wholeSeconds)s"
        case .reload: "reload"
        case .takeOut(let duration): "taken out for \(duration.wholeSeconds)s"
        case .logout: "logout"
        case .consent: "consent"
        case .revoke: "revoked at the server"
        }
    }

    /// A year of an account: ordinary days with every kind of mishap thrown in.
    static func year(seed: UInt64) -> [Command] {
        var random = Jitter(seed: seed)
        var commands: [Command] = [.consent]
        var left = Duration.seconds(365 * 86_400)
        while left > .zero {
            let kind = Int.random(in: 0..<100, using: &random)
            let drawn = kind == 0 ? flurry(&random) : kind == 1 ? reboot(&random) : [draw(&random)]
            commands += drawn
            for command in drawn {
                if case .pass(let duration) = command { left -= duration }
                if case .suspend(let duration) = command { left -= duration }
            }
        }
        return commands
    }

    /// Much within the seconds that one slow refresh takes.
    private static func flurry(_ random: inout Jitter) -> [Command] {
        let between: [Command] = [
            .consent, .logout, .reload, .refresh, .pass(.seconds(1)), .crash(down: .zero),
            .takeOut(.seconds(Int.random(in: 0...20, using: &random))),
        ]
        let shuffled = between.shuffled(using: &random).prefix(Int.random(in: 1...4, using: &random))
        let after: [Command] = Bool.random(using: &random) ? [.consent, .pass(.seconds(1)), .refresh] : []
        return [.fault(.slow), .refresh, .pass(.milliseconds(100))] + shuffled
            + after + [.pass(.seconds(60)), .refresh, .pass(.seconds(60)), .consent]
    }

    /// A new boot with readers at once, whatever its clock says, and often without the network.
    private static func reboot(_ random: inout Jitter) -> [Command] {
        func seconds(_ range: ClosedRange<Int>) -> Duration { .seconds(Int.random(in: range, using: &random)) }
        let down = seconds(0...4000)
        let clockOff = Bool.random(using: &random) ? nil : seconds(-5000...5000)
        let read = Command.read(minTTL: 0, isFresh: false, wait: 5)
        return [.reboot(down: down, clockOff: clockOff)]
            + (Bool.random(using: &random) ? [.fault(.unreachable), .fault(.unreachable)] : [])
            + [.pass(down + .milliseconds(1)), read, .pass(seconds(0...1200)), read]
            + (Bool.random(using: &random) ? [.synchronise] : [])
    }

    private static func draw(_ random: inout Jitter) -> Command {
        func seconds(_ range: ClosedRange<Int>) -> Duration { .seconds(Int.random(in: range, using: &random)) }
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<38: return .pass(seconds(0...14_400))
        case 38..<48: return .pass(.milliseconds(Int.random(in: 0...3000, using: &random)))
        case 48..<66:
            return .read(
                minTTL: [0, 0, 0, 300, 3000, 4000].randomElement(using: &random) ?? 0,
                isFresh: Int.random(in: 0..<6, using: &random) == 0,
                wait: [0, 5, 30, 30, 300].randomElement(using: &random) ?? 30)
        case 66..<68: return .hangUp
        case 68..<70: return .refresh
        case 70..<84: return .fault(NetworkFault.allCases.randomElement(using: &random) ?? .slow)
        case 84..<87: return .diskFails(times: Int.random(in: 1...4, using: &random))
        case 87..<90: return .crash(down: seconds(0...600))
        case 90..<92: return .suspend(seconds(60...200_000))
        case 92: return .wallJump(seconds(-90_000...90_000))
        case 93: return .synchronise
        case 94: return .reload
        case 95: return Bool.random(using: &random) ? .reload : .takeOut(seconds(0...20))
        case 96: return .logout
        case 97..<99: return .consent
        default: return Int.random(in: 0..<5, using: &random) == 0 ? .revoke : .consent
        }
    }
}

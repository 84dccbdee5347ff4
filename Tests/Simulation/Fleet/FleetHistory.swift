import Grants

/// Creates a random history of a fleet: mostly quiet hours, and scenes of trouble.
struct FleetHistory {
    private var random: Jitter

    init(seed: UInt64) {
        random = Jitter(seed: seed)
    }

    /// The events within this time. With `isQuiet` nothing goes wrong.
    mutating func commands(for duration: Duration, isQuiet: Bool) -> [FleetCommand] {
        var commands: [FleetCommand] = [.pass(.seconds(1))]
        for account in 0..<FleetWorld.accounts { commands += [.consent(host: account, account: account)] }
        var left = duration
        while left > .zero {
            let drawn = isQuiet ? [.pass(seconds(600...40_000))] : draw()
            commands += drawn
            for case .pass(let duration) in drawn { left -= duration }
        }
        return commands + [.pass(.seconds(40_000))]
    }

    private mutating func draw() -> [FleetCommand] {
        switch int(0...99) {
        case 0..<30: [.pass(seconds(600...40_000))]
        case 30..<38: [.read(host: host(), account: account()), .pass(seconds(0...600))]
        case 38..<43: [.refresh(host: host(), account: account()), .pass(seconds(0...60))]
        case 43..<45: [.consent(host: host(), account: account()), .pass(seconds(0...60))]
        case 45..<46: logout()
        case 46..<60: [.aimed(fault(), after: .milliseconds(int(0...200))), .pass(seconds(1...9000))]
        case 60..<74: [.fault(fault(), host: host()), .pass(seconds(0...3000))]
        case 74..<80: [.network(networkFault()), .pass(seconds(60...9000))]
        case 80..<83:
            [.fault(.suspend(seconds(1...7200)), host: host()), .aimed(fault(), after: .zero), .pass(seconds(0...600))]
        case 83..<85: rivalry()
        case 85..<88: flurry()
        case 88..<90: [.backUp, .pass(seconds(1...9000)), .setBack, .pass(seconds(1...9000))]
        case 90..<91: [.wipe, .pass(seconds(1...600))]
        case 91..<92: [.take(host: host(), account: account()), .pass(.seconds(60))]
        default: [.pass(seconds(1...900))]
        }
    }

    // MARK: - Scenes

    /// A logout, with other events around it, and a new consent.
    private mutating func logout() -> [FleetCommand] {
        let account = account()
        var between: [FleetCommand] = [
            .refresh(host: host(), account: account), .fault(fault(), host: host()), .pass(.milliseconds(int(0...300))),
            .pass(seconds(0...900)), .read(host: host(), account: account),
        ]
        between.shuffle(using: &random)
        return [.refresh(host: host(), account: account), .pass(.milliseconds(int(0...120)))]
            + [.logout(host: host(), account: account)] + between
            + [.pass(seconds(0...4000)), .consent(host: host(), account: account), .pass(.seconds(30))]
    }

    /// Two hosts want the same at nearly the same time.
    private mutating func rivalry() -> [FleetCommand] {
        let account = account()
        let pair: [FleetCommand] = [
            .consent(host: host(), account: account), .refresh(host: host(), account: account),
            .refresh(host: host(), account: account), .logout(host: host(), account: account),
        ].shuffled(using: &random)
        return [pair[0], .pass(.milliseconds(int(0...100))), pair[1], .pass(.seconds(5))]
            + [.consent(host: host(), account: account), .pass(.seconds(60))]
    }

    /// Several faults during one slow refresh.
    private mutating func flurry() -> [FleetCommand] {
        var between: [FleetCommand] = [
            .fault(fault(), host: host()), .fault(fault(), host: host()),
            .aimed(fault(), after: .milliseconds(int(0...90))),
            .pass(seconds(0...30)), .fault(.loseReplies(2), host: host()), .refresh(host: host(), account: account()),
        ]
        between.shuffle(using: &random)
        return [.network(.slow), .refresh(host: host(), account: account()), .pass(.milliseconds(int(0...500)))]
            + between + [.pass(seconds(1...3000))]
    }

    // MARK: - Draws

    private mutating func fault() -> FleetCommand.Fault {
        switch int(0...19) {
        case 0..<4: .kill(down: seconds(0...60))
        case 4: .kill(down: seconds(0...9000))
        case 5: .reboot(down: seconds(10...600))
        case 6..<9: .suspend(seconds(0...60))
        case 9: .suspend(seconds(0...9000))
        case 10..<12: .stop(down: seconds(0...60))
        case 12..<15: .cut(seconds(1...60))
        case 15: .cut(seconds(1...9000))
        case 16..<18: .loseReplies(int(1...3))
        case 18: .diskFails(int(1...3))
        default: .wallJump(seconds(-3600...3600))
        }
    }

    private mutating func networkFault() -> FleetCommand.NetworkFault {
        FleetCommand.NetworkFault.allCases[int(0...(FleetCommand.NetworkFault.allCases.count - 1))]
    }

    private mutating func host() -> Int { int(0...(FleetWorld.size - 1)) }

    private mutating func account() -> Int { int(0...(FleetWorld.accounts - 1)) }

    private mutating func seconds(_ range: ClosedRange<Int>) -> Duration { .seconds(int(range)) }

    private mutating func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
}

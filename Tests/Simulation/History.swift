import Grants

/// Creates a random history of events: mostly ordinary ones, and some scenes of trouble.
struct History {
    private var random: Jitter

    init(seed: UInt64) {
        random = Jitter(seed: seed)
    }

    /// The events within this time.
    mutating func commands(for duration: Duration) -> [Command] {
        var commands = (0..<Cast.size).flatMap { [Command.beginConsent(account: $0), .endConsent(account: $0)] }
        var left = duration
        while left > .zero {
            let drawn = draw()
            commands += drawn
            for command in drawn {
                switch command {
                case .pass(let duration), .suspend(let duration): left -= duration
                default: break
                }
            }
        }
        return commands + [.stop(down: .zero), .pass(.seconds(60))]
    }

    private mutating func draw() -> [Command] {
        switch int(0...99) {
        case 0..<2: flurry()
        case 2: reboot()
        case 3: crowd()
        case 4: reloads()
        case 5: unsaved()
        case 6: int(0...9) == 0 ? manyResources() : [ordinary()]
        default: [ordinary()]
        }
    }

    // MARK: - Scenes

    /// Several events during one slow refresh.
    private mutating func flurry() -> [Command] {
        let account = account()
        var between: [Command] = [
            .beginConsent(account: account), .endConsent(account: account), .logout(account: account),
            .reload(.nothing), .refresh(account: account), .pass(.seconds(1)), .pass(.milliseconds(int(0...20))),
            .crash(down: .zero), .stop(down: seconds(0...20)), .reload(.takeOut(account: account, seconds(0...20))),
            .reload(.client(account: account)), .reload(.lead(account: account, .seconds(900))),
            .disk(.save, times: 1), .disk(.load, times: 1), .disk(.erase, times: 1), .rewrite(account: account),
        ]
        between.shuffle(using: &random)
        let consent: [Command] = [.beginConsent(account: account), .endConsent(account: account), .pass(.seconds(1))]
        return [.network(.slow), .refresh(account: account), .pass(.milliseconds(100))]
            + between.prefix(int(1...6)) + (bool() ? consent + [.refresh(account: account)] : [])
            + [.pass(.seconds(60)), .refresh(account: account), .pass(.seconds(60))] + consent
    }

    /// A reboot with readers right after it, with a right or a wrong clock, and often without the network.
    private mutating func reboot() -> [Command] {
        let (down, account) = (seconds(0...4000), account())
        let read = Command.read(account: account, minTTL: 0, isFresh: false, wait: 5)
        return [.reboot(down: down, clockOff: bool() ? nil : seconds(-5000...5000))]
            + (bool() ? [.network(.unreachable), .network(.unreachable)] : [])
            + [.pass(down + .milliseconds(1)), read, .pass(seconds(0...1200)), read]
            + (bool() ? [.synchronise] : [])
    }

    /// All accounts need a new token at the same time, which are more than a server's limit of refreshes.
    private mutating func crowd() -> [Command] {
        var commands: [Command] = []
        for account in (0..<Cast.size).shuffled(using: &random) {
            if int(0...2) == 0 { commands.append(.network(fault())) }
            commands.append(.read(account: account, minTTL: 0, isFresh: true, wait: 30))
        }
        let account = account()
        let between: [Command] = [
            .logout(account: account), .reload(.takeOut(account: account, seconds(0...5))), .stop(down: seconds(0...9)),
            .endConsent(account: account), .pass(seconds(0...20)), .dismissReaders, .reload(.client(account: account)),
        ].shuffled(using: &random)
        return commands + [.pass(.milliseconds(int(0...200)))] + between.prefix(int(0...2)) + [.pass(.seconds(60))]
    }

    /// Several reloads in quick succession, while accounts of the earlier ones are still loading.
    private mutating func reloads() -> [Command] {
        let (account, other) = (account(), account())
        var commands: [Command] = [.beginConsent(account: account)]
        if bool() { commands += [.reload(.takeAllOut(.seconds(30))), .pass(.milliseconds(int(0...30)))] }
        for _ in 0...int(1...6) {
            commands.append(
                [
                    .reload(.client(account: account)), .reload(.client(account: other)),
                    .reload(.server(account: other)), .reload(.lead(account: account, lead())),
                    .reload(.takeOut(account: account, .milliseconds(int(0...100)))), .endConsent(account: account),
                    .logout(account: account), .disk(.load, times: 1), .refresh(account: account),
                    .read(account: other, minTTL: 0, isFresh: false, wait: 5), .disk(.setAside, times: 1),
                ][int(0...10)])
            commands.append(.pass(.milliseconds(int(0...12))))
        }
        // Most settings return to their first values.
        let back: [Command] = bool() ? [.reload(.client(account: account))] : []
        return commands + [.pass(.seconds(31))] + back
            + [.beginConsent(account: account), .endConsent(account: account), .pass(.seconds(1))]
    }

    /// The disk refuses a refreshed grant, and another event follows before it is written again.
    private mutating func unsaved() -> [Command] {
        let account = account()
        let next: [Command] = [
            .reload(.takeOut(account: account, seconds(0...20))), .reload(.client(account: account)),
            .stop(down: seconds(0...20)), .crash(down: .zero), .logout(account: account), .refresh(account: account),
            .endConsent(account: account), .pass(seconds(0...4)),
        ].shuffled(using: &random)
        let fault: Command.DiskFault = bool() ? .save : .saveAfterWriting
        return [.beginConsent(account: account), .disk(fault, times: int(1...2)), .refresh(account: account)]
            + [.pass(.milliseconds(int(150...900)))] + next.prefix(int(1...2))
            + [.pass(.seconds(30)), .refresh(account: account), .pass(.seconds(60))]
    }

    private mutating func ordinary() -> Command {
        switch int(0...99) {
        case 0..<34: .pass(seconds(0...10_800))
        case 34..<42: .pass(.milliseconds(int(0...3000)))
        case 42..<46: further()
        case 46..<58:
            .read(
                account: account(), minTTL: [0, 0, 0, 300, 3000, 4000][int(0...5)], isFresh: int(0...5) == 0,
                wait: [0, 5, 30, 30, 300][int(0...4)])
        case 58: .hangUp
        case 59: int(0...1) == 0 ? .dismissReaders : further()
        case 60..<62: .refresh(account: account())
        case 62..<75: .network(fault())
        case 75..<79: .disk(Command.DiskFault.allCases[int(0...5)], times: int(1...4))
        case 79..<81: .crash(down: seconds(0...600))
        case 81: .stop(down: seconds(0...600))
        case 82..<84: .suspend(seconds(60...200_000))
        case 84: .wallJump(seconds(-90_000...90_000))
        case 85: .synchronise
        case 86: int(0...1) == 0 ? .reload(.nothing) : .reload(.targets(account: account(), targets()))
        case 87: .reload(.lead(account: account(), lead()))
        case 88: .reload(.takeOut(account: account(), seconds(0...20)))
        case 89: int(0...3) == 0 ? .reload(.client(account: account())) : .rewrite(account: account())
        case 90: int(0...3) == 0 ? .reload(.server(account: account())) : .reload(.nothing)
        case 91: .logout(account: account())
        case 92..<95: .beginConsent(account: account())
        case 95..<99: .endConsent(account: account())
        default: int(0...4) == 0 ? .revoke(account: account()) : .beginConsent(account: account())
        }
    }

    /// A reader of a further token: of a configured one, or of one that it asks for by a resource.
    private mutating func further() -> Command {
        let unconfigured = ModelTarget.unconfigured.randomElement(using: &random) ?? ModelTarget.byScope
        let target = [ModelTarget.byScope, ModelTarget.byResource, ModelTarget.byResource, 10, unconfigured][int(0...4)]
        return .readFurther(
            account: account(), target: target, isFresh: int(0...3) == 0, wait: [0, 5, 30, 300][int(0...3)])
    }

    /// More readers of different resources than a grant may have tokens.
    private mutating func manyResources() -> [Command] {
        let account = account()
        return ModelTarget.unconfigured.flatMap { target -> [Command] in
            [
                .readFurther(account: account, target: target, isFresh: false, wait: 300),
                .pass(.milliseconds(int(0...8000))),
            ]
        } + [.pass(seconds(0...7200)), .readFurther(account: account, target: 12, isFresh: false, wait: 30)]
    }

    // MARK: - Draws

    private mutating func targets() -> [Int] {
        [[], [ModelTarget.byScope], [ModelTarget.byResource], [ModelTarget.byScope, ModelTarget.byResource]][int(0...3)]
    }

    private mutating func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    private mutating func bool() -> Bool { Bool.random(using: &random) }
    private mutating func seconds(_ range: ClosedRange<Int>) -> Duration { .seconds(int(range)) }
    private mutating func account() -> Int { int(0...Cast.size - 1) }
    private mutating func lead() -> Duration? { [nil, .seconds(60), .seconds(200), .seconds(900)][int(0...3)] }

    private mutating func fault() -> Command.NetworkFault {
        Command.NetworkFault.allCases[int(0...Command.NetworkFault.allCases.count - 1)]
    }
}

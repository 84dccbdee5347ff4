import Grants
import Logging
import Synchronization

/// Notifies the user that an account needs a new consent: once, then with growing pauses until there is one.
final class Notifier: Sendable {
    private let environment: [String: String]
    private let clock: any Clock<Duration>
    private let log: Logger
    /// The program that logs in where the user says so.
    private let loginProgram: String
    private let follower: EventFollower

    /// nil selects a desktop notification if there is a desktop; an empty command disables notifications.
    private let command = Mutex<[String]?>(nil)
    /// The accounts that have a reminder, and whether another consent was needed since it began.
    private let reminders = Mutex<[String: Bool]>([:])

    private static let firstPause = Duration.seconds(4 * 3600)
    private static let longestPause = Duration.seconds(7 * 86_400)

    init(
        _ bus: EventBus, environment: [String: String], clock: any Clock<Duration>, log: Logger,
        loginProgram: String = LoginButton.program
    ) {
        self.environment = environment
        self.loginProgram = loginProgram
        self.clock = clock
        self.log = log
        follower = EventFollower(bus) { event in
            switch event.change {
            case .grant(.consentRequired), .grant(.refusedWithoutReason), .reader(.unexpected(_, isFirst: true)),
                .key(.locked(_, byUser: false)):
                true
            default: false
            }
        }
    }

    /// Sets the command, which is used from the next notification on.
    func adopt(command: [String]?) {
        self.command.withLock { $0 = command }
    }

    /// Works until the bus is closed; `isNeeded` returns whether the account still needs a consent.
    func run(isNeeded: @escaping @Sendable (String) -> Bool) async {
        await withDiscardingTaskGroup { group in
            await follower.run { event in
                if case .key = event.change { group.addTask { await self.notify("", .lock) } }
                guard let account = event.account else { return }
                if case .reader = event.change {
                    group.addTask { await self.notify(account, .unexpectedReader) }
                    return
                }
                // It is unknown whether a consent would help, so the user is told only once.
                if case .grant(.refusedWithoutReason) = event.change {
                    group.addTask { await self.notify(account, .consent) }
                    return
                }
                guard start(account) else { return }
                group.addTask {
                    repeat { await self.remind(account, isNeeded) } while !self.end(account)
                }
            }
            group.cancelAll()
        }
    }

    /// Returns false if the account already has a reminder.
    private func start(_ account: String) -> Bool {
        reminders.withLock { $0.updateValue($0[account] != nil, forKey: account) == nil }
    }

    /// Returns false if the reminder has to start again.
    private func end(_ account: String) -> Bool {
        reminders.withLock { reminders in
            let isNeededAgain = reminders[account] == true
            reminders[account] = isNeededAgain ? false : nil
            return !isNeededAgain
        }
    }

    private func remind(_ account: String, _ isNeeded: @escaping @Sendable (String) -> Bool) async {
        var pause = Self.firstPause
        while isNeeded(account), !Task.isCancelled {
            await withDiscardingTaskGroup { group in
                if command.withLock({ $0 == nil }), let button = LoginButton(account, environment, loginProgram) {
                    // It stays until the next reminder.
                    group.addTask { await self.offer(button, account, isNeeded) }
                } else {
                    await notify(account, .consent)
                }
                // Cancelled when the daemon stops.
                try? await clock.sleep(for: pause)
                group.cancelAll()
            }
            pause = min(pause * 2, Self.longestPause)
        }
    }

    /// Shows a notification with a button. Without a desktop that has buttons it is one without.
    private func offer(_ button: LoginButton, _ account: String, _ isNeeded: (String) -> Bool) async {
        let words = desktopCommand(account, .consent)
        let program = ChildProgram(button.notification(words), environment: environment)
        let answer = await program?.read(clock: clock, limit: Self.longestPause)
        if Task.isCancelled { return }
        guard let answer else { return await notify(account, .consent) }
        guard button.isPressed(answer), isNeeded(account) else { return }
        log.info("the user logs in from the notification", metadata: ["account": "\(account)"])
        let login = ChildProgram(button.login, environment: environment)
        if await login?.run(clock: clock, limit: LoginButton.limit) != true, !Task.isCancelled {
            log.warning("the login from the notification failed", metadata: ["account": "\(account)"])
        }
    }

    /// What the user is told.
    private enum Occasion {
        case consent
        case unexpectedReader
        /// Of the daemon as a whole.
        case lock

        func title(_ account: String) -> String {
            switch self {
            case .consent: "\(account) needs your consent"
            case .unexpectedReader: "The token of \(account) was read by somebody unexpected"
            case .lock: "The stored grants are locked"
            }
        }

        func command(_ account: String) -> String {
            switch self {
            case .consent: "valetkey login \(account)"
            case .unexpectedReader: "valetkey status \(account) --readers"
            case .lock: "valetkey unlock"
            }
        }
    }

    private func notify(_ account: String, _ occasion: Occasion) async {
        let words = command.withLock { $0 } ?? desktopCommand(account, occasion)
        let variables = ["VALETKEY_ACCOUNT": account, "VALETKEY_COMMAND": occasion.command(account)]
        let program = ChildProgram(words, environment: environment.merging(variables) { $1 })
        guard let program, await !program.run(clock: clock), !Task.isCancelled else { return }
        log.warning("the notification failed", metadata: ["account": "\(account)", "program": "\(program.name)"])
    }

    private func desktopCommand(_ account: String, _ occasion: Occasion) -> [String] {
        guard LoginButton.hasDesktop(environment) else { return [] }
        return [
            "notify-send", "--app-name=valetkey", occasion.title(account), "Run: \(occasion.command(account))",
        ]
    }
}

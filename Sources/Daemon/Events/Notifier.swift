import Grants
import Logging
import Subprocess
import Synchronization
import SystemPackage

/// Tells the user that an account needs a new consent: once, then with growing pauses for as long as it does.
final class Notifier: Sendable {
    private let environment: [String: String]
    private let clock: any Clock<Duration>
    private let log: Logger
    private let accounts: AsyncStream<String>
    private let queue: AsyncStream<String>.Continuation

    /// nil is a desktop notification where there is a desktop; an empty one is none.
    private let command = Mutex<[String]?>(nil)
    private let reminded = Mutex<Set<String>>([])

    private static let firstPause = Duration.seconds(4 * 3600)
    private static let longestPause = Duration.seconds(7 * 86_400)
    private static let limit = Duration.seconds(30)

    init(environment: [String: String], clock: any Clock<Duration>, log: Logger) {
        self.environment = environment
        self.clock = clock
        self.log = log
        (accounts, queue) = AsyncStream.makeStream()
    }

    /// From the next notification on.
    func adopt(command: [String]?) {
        self.command.withLock { $0 = command }
    }

    func note(_ account: String, _ event: GrantEvent) {
        if case .consentRequired = event { queue.yield(account) }
    }

    /// One reminder an account.
    private func start(_ account: String) -> Bool {
        reminded.withLock { $0.insert(account).inserted }
    }

    func stop() {
        queue.finish()
    }

    /// Works until `stop`; `isNeeded` tells whether the account still needs a consent.
    func run(isNeeded: @escaping @Sendable (String) -> Bool) async {
        await withDiscardingTaskGroup { group in
            for await account in accounts where start(account) {
                group.addTask {
                    await self.remind(account, isNeeded)
                    self.reminded.withLock { _ = $0.remove(account) }
                }
            }
            group.cancelAll()
        }
    }

    private func remind(_ account: String, _ isNeeded: (String) -> Bool) async {
        var pause = Self.firstPause
        while isNeeded(account), !Task.isCancelled {
            await notify(account)
            // Cancelled when the daemon stops.
            try? await clock.sleep(for: pause)
            pause = min(pause * 2, Self.longestPause)
        }
    }

    private func notify(_ account: String) async {
        let words = command.withLock { $0 } ?? desktopCommand(account)
        guard let program = words.first else { return }
        let variables: [Subprocess.Environment.Key: String] = [
            "VALETKEY_ACCOUNT": account, "VALETKEY_COMMAND": "valetkey login \(account)",
        ]
        let isDone = await withTaskGroup { group in
            group.addTask {
                let result = try? await Subprocess.run(
                    program.contains("/") ? .path(.init(program)) : .name(program),
                    arguments: Arguments(Array(words.dropFirst())),
                    environment: .inherit.updating(variables), output: .discarded, error: .discarded)
                return result?.terminationStatus.isSuccess == true
            }
            group.addTask { [clock] in
                try? await clock.sleep(for: Self.limit)
                return false
            }
            let first = await group.next() ?? false
            group.cancelAll()
            return first
        }
        if !isDone {
            log.warning("the notification failed", metadata: ["account": "\(account)", "program": "\(program)"])
        }
    }

    private func desktopCommand(_ account: String) -> [String] {
        guard environment["DBUS_SESSION_BUS_ADDRESS"] != nil else { return [] }
        let hasDesktop = ["DISPLAY", "WAYLAND_DISPLAY"].contains { environment[$0]?.isEmpty == false }
        guard hasDesktop else { return [] }
        return [
            "notify-send", "--app-name=valetkey", "\(account) needs your consent", "Run: valetkey login \(account)",
        ]
    }
}

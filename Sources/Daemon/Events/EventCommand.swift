import Logging
import Synchronization

/// Runs the user's program for each event, one after the other.
final class EventCommand: Sendable {
    private let environment: [String: String]
    private let clock: any Clock<Duration>
    private let log: Logger
    private let follower: EventFollower
    /// nil where there is none.
    private let command = Mutex<[String]?>(nil)

    /// The number of events that may wait while a program runs.
    private static let limit = 1024

    init(_ bus: EventBus, environment: [String: String], clock: any Clock<Duration>, log: Logger) {
        self.environment = environment
        self.clock = clock
        self.log = log
        follower = EventFollower(bus, limit: Self.limit)
    }

    /// Sets the program and its arguments, which are used from the next event on.
    func adopt(command: [String]?) {
        self.command.withLock { $0 = command }
    }

    /// Works until the bus is closed.
    func run() async {
        await follower.run {
            await handle($0)
        } gap: {
            log.warning("event_command was too slow: it misses events")
        }
    }

    private func handle(_ event: Event) async {
        guard let words = command.withLock({ $0 }) else { return }
        let facts = EventFacts(event.change)
        let variables = [
            "VALETKEY_EVENT": facts.name, "VALETKEY_ACCOUNT": event.account ?? "", "VALETKEY_NUMBER": "\(event.number)",
            "VALETKEY_CODE": facts.fields["code"] ?? "",
        ]
        let program = ChildProgram(words, environment: environment.merging(variables) { $1 })
        guard let program, await !program.run(clock: clock), !Task.isCancelled else { return }
        log.warning("event_command failed", metadata: ["event": "\(facts.name)", "program": "\(program.name)"])
    }
}

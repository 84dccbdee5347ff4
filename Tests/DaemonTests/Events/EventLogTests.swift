import Configuration
import Failures
import FoundationEssentials
import Grants
import Logging
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(5))) struct EventLogTests {
    private let recorded = RecordedLog()
    private let bus = EventBus(time: TestTime(clock: TestClock()), recentLimit: 2)

    private func lines(of changes: [(Event.Change, String?)]) async -> [RecordedLog.Line] {
        let log = EventLog(bus, log: recorded.logger)
        for (change, account) in changes { bus.publish(change, account: account) }
        bus.close()
        await log.run()
        return recorded.lines
    }

    @Test func `an event is one line with its level, its account and its fields`() async {
        let failure = Failure(.serverError, "down", hint: "wait", at: Date(timeIntervalSince1970: 0))
        let lines = await lines(of: [(.grant(.loggedOut), "ads"), (.grant(.consentRequired(failure)), "mail")])
        #expect(
            lines == [
                .init(level: .info, message: "logged out", fields: ["account": "ads"]),
                .init(
                    level: .error, message: "a new consent is needed",
                    fields: ["account": "mail", "code": "server_error", "detail": "down", "hint": "wait"]),
            ])
    }

    @Test func `each finding in a configuration is a line of its own, with its position`() async {
        let findings = [
            Finding(file: "/c.toml", position: .init(line: 3, column: 1), message: "unknown key", hint: "scope?"),
            Finding(severity: .warning, file: "/c.toml", message: "can be read by others"),
        ]
        let lines = await lines(of: [(.configuration(.refused(findings)), nil)])
        #expect(
            lines == [
                .init(level: .error, message: "/c.toml:3:1: unknown key", fields: ["hint": "scope?"]),
                .init(level: .warning, message: "/c.toml: warning: can be read by others", fields: [:]),
                .init(
                    level: .error, message: "configuration not loaded, the one before it stays",
                    fields: ["findings": "2"]),
            ])
    }

    @Test func `the warnings of a loaded configuration are lines of their own as well`() async {
        let warning = Finding(severity: .warning, file: "/c.toml", message: "doubtful")
        let lines = await lines(of: [(.configuration(.loaded(accounts: 2, warnings: [warning])), nil)])
        #expect(lines.map(\.message) == ["/c.toml: warning: doubtful", "configuration loaded"])
        #expect(lines.map(\.level) == [.warning, .info])
    }

    @Test func `the log says where events are missing`() async {
        let lines = await lines(of: Array(repeating: (.grant(.loggedOut), "ads"), count: 3))
        #expect(lines.map(\.level) == [.error, .info, .info])
        #expect(lines.first?.message.hasPrefix("events are missing here") == true)
    }
}

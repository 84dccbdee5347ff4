import Configuration
import Logging

/// Writes each event into the log, as one line with fields; the findings of a configuration get a line each.
struct EventLog: Sendable {
    private let log: Logger
    private let follower: EventFollower

    init(_ bus: EventBus, log: Logger) {
        self.log = log
        follower = EventFollower(bus)
    }

    /// Works until the bus is closed.
    func run() async {
        await follower.run {
            write($0)
        } gap: {
            log.error("events are missing here: the log was too slow for them")
        }
    }

    private func write(_ event: Event) {
        for finding in event.findings { write(finding) }
        let facts = EventFacts(event.change)
        var fields = facts.fields
        fields["account"] = event.account
        log.log(level: facts.level, "\(facts.message)", metadata: fields.mapValues { "\($0)" })
    }

    private func write(_ finding: Finding) {
        var fields: Logger.Metadata = [:]
        fields["hint"] = finding.hint.map { "\($0)" }
        var line = finding
        line.hint = nil
        log.log(level: finding.severity == .error ? .error : .warning, "\(line)", metadata: fields)
    }
}

extension Event {
    fileprivate var findings: [Finding] {
        switch change {
        case .configuration(.loaded(_, let findings)), .configuration(.refused(let findings)): findings
        case .grant, .consent, .reader, .key, .tokenFile, .credential, .store: []
        }
    }
}

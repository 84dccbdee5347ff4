import Grants
import Register
import TestRegister

/// The register, and the links of the hosts to it.
extension FleetWorld {
    /// How long a host tries all members before it gives up.
    private static let timeout = Duration.seconds(6)
    private static let latency = Duration.milliseconds(2)

    private func isCut(_ host: Int) -> Bool { (hosts[host].cut ?? now) > now }

    /// Performs a request, unless it is lost on its way.
    mutating func arrive(_ call: RegisterCall, from host: Int, process: Int) {
        guard !isCut(host) else { return answer(call, nil, host, process, in: Self.timeout) }
        let reply: RegisterReply
        switch call.request {
        case .read: reply = .read(reading(register.read(name(call.key))))
        case .write(let record, let revision): reply = write(record, call.key, revision, from: host)
        }
        if hosts[host].lostReplies > 0 {
            hosts[host].lostReplies -= 1
            // It takes the host this long to try again.
            hosts[host].wellSince = now + .seconds(20)
            return answer(call, nil, host, process, in: Self.timeout)
        }
        answer(call, reply, host, process, in: Self.latency)
    }

    private mutating func answer(
        _ call: RegisterCall, _ reply: RegisterReply?, _ host: Int, _ process: Int, in delay: Duration
    ) {
        guard process == hosts[host].process else { return }
        let sent = hosts[host].moment(now - Self.latency).instant
        let received = hosts[host].moment(now + delay).instant
        let time = EngineTime(
            seconds: engineSeconds, sent: .nanoseconds(sent.nanoseconds), received: .nanoseconds(received.nanoseconds))
        let lost = RegisterReply.failed(RegisterFailure(.unreachable(mayBeApplied: true), "no reply"))
        schedule(.registerReply(reply ?? lost, call, reply == nil ? nil : time), at: host, in: delay)
    }

    /// The engine's clock in whole seconds, which is none of the hosts'.
    private var engineSeconds: Int64 { 1_700_000_000 + now.nanoseconds / 1_000_000_000 }

    private mutating func write(
        _ record: SharedRecord, _ key: ShareKey, _ expected: RegisterRevision, from host: Int
    ) -> RegisterReply {
        let name = name(key)
        let before = register.read(name)
        records.append(record)
        let octets = (0..<4).map { UInt8(truncatingIfNeeded: (records.count - 1) >> ($0 * 8)) }
        let revision = sabotage == .comparesNothing ? before.revision : expected
        switch register.write(octets, to: name, ifRevision: revision) {
        case .changed(let content):
            records.removeLast()
            return .changed(reading(content))
        case .written(let revision):
            checkWrite(record, over: self.record(before), Self.account(key.account), host)
            let reading = SharedReading(.record(record), revision: revision)
            for other in hosts.indices where hosts[other].isFollowing && sabotage != .followsNothing {
                schedule(.change(reading, key), at: other, in: Self.latency + .milliseconds(other))
            }
            return .written(revision)
        }
    }

    func name(_ key: ShareKey) -> RegisterName { RegisterName("fleet/\(key.account)") }

    func record(_ content: RegisterContent) -> SharedRecord? {
        content.value.map { octets in
            records[octets.enumerated().reduce(0) { $0 | Int($1.element) << ($1.offset * 8) }]
        }
    }

    private func reading(_ content: RegisterContent) -> SharedReading {
        SharedReading(record(content).map { .record($0) } ?? .absent, revision: content.revision)
    }

    /// The record of an account, as it is in the register now.
    func record(of account: Int) -> SharedRecord? { record(register.read(name(keys[account]))) }

    // MARK: - Following

    mutating func resync(_ host: Int) {
        guard hosts[host].book != nil else { return }
        guard !isCut(host) else { return }
        hosts[host].isFollowing = true
        var readings: [ShareKey: SharedReading] = [:]
        for key in keys { readings[key] = reading(register.read(name(key))) }
        let instant = Duration.nanoseconds(hosts[host].moment(now).instant.nanoseconds)
        let time = EngineTime(seconds: engineSeconds, sent: instant, received: instant)
        happen(host) { $0.registerResynced(readings, time: time, now: $1) }
    }

    mutating func mend(_ host: Int) {
        guard !isCut(host) else { return }
        hosts[host].wellSince = now
        schedule(.resync, at: host, in: .milliseconds(300))
    }

    /// Nobody follows the changes any more, because the engine was set back or wiped.
    mutating func interrupt() {
        spared = now + .seconds(60)
        for host in hosts.indices {
            hosts[host].isFollowing = false
            hosts[host].wellSince = now
            if hosts[host].book != nil { schedule(.resync, at: host, in: .milliseconds(100 + 50 * host)) }
        }
    }
}

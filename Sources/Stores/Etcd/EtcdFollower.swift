import HTTPTransport
import Register

/// Follows the changes below a name: everything is listed, then a watch begins at the next revision. After each loss both
/// begin anew, with growing pauses. Does its work only while its one caller waits for `next`.
actor EtcdFollower {
    private let gateway: EtcdGateway
    private let name: RegisterName
    private let clock: any Clock<Duration>
    private let boot: @Sendable () -> Duration
    private var pending: [RegisterChange] = []
    private var watch: Watch?
    /// How often the watch was lost, or couldn't begin, since one lasted.
    private var failures = 0
    /// Whether the loss was reported.
    private var isLost = false

    private struct Watch {
        var lines: HTTPLines
        var member: Int
        var begun: Duration
        /// Every change up to here was reported.
        var revision: RegisterRevision
    }

    /// A watch that lasted so long was a success.
    private static let lasting = Duration.seconds(10)
    private static let shortestPause = Duration.milliseconds(100)
    private static let longestPause = Duration.seconds(5)
    /// A watch is silent while nothing changes, so now and then a read tells whether it is behind. A proxy may keep a
    /// connection whose other side is gone.
    private static let checkPeriod = Duration.seconds(15)
    /// How long a change may need to get here.
    private static let delay = Duration.seconds(2)

    init(
        _ gateway: EtcdGateway, below name: RegisterName, clock: any Clock<Duration>,
        boot: @escaping @Sendable () -> Duration
    ) {
        self.gateway = gateway
        self.name = name
        self.clock = clock
        self.boot = boot
    }

    /// The next change; nil once the task is cancelled.
    func next() async -> RegisterChange? {
        while !Task.isCancelled {
            if !pending.isEmpty { return pending.removeFirst() }
            do throws(RegisterFailure) {
                if let watch { try await read(watch) } else { try await begin() }
            } catch {
                if Task.isCancelled { return nil }
                await end()
                if !isLost {
                    isLost = true
                    return .lost(error)
                }
            }
        }
        return nil
    }

    private func end() async {
        if let watch {
            if boot() - watch.begun >= Self.lasting { failures = 0 }
            await gateway.leave(watch.member)
        }
        watch = nil
        failures += 1
    }

    /// The first attempt after a loss is made at once: a member may have gone that others replace.
    private var pause: Duration? {
        guard failures > 1 else { return nil }
        return min(Self.shortestPause * (1 << min(failures - 2, 10)), Self.longestPause)
    }

    private func begin() async throws(RegisterFailure) {
        if let pause { try? await clock.sleep(for: pause) }
        let (reply, time) = try await gateway.call(.range, RangeRequest.below(name), as: RangeReply.self)
        let contents = try reply.contents(below: name)
        guard let revision = (reply.header.revision?.value).map(RegisterRevision.init) else {
            throw .notUnderstood(isWrite: false)
        }
        let (lines, member) = try await gateway.open(.watch, WatchRequest(below: name, after: revision))
        watch = Watch(lines: lines, member: member, begun: boot(), revision: revision)
        let limit = gateway.settings.memberLimit
        let first = try await firstToEnd { () async throws(RegisterFailure) in
            try await Self.line(of: lines)
        } or: { [clock] () async throws(RegisterFailure) in
            try? await clock.sleep(for: limit)
            throw RegisterFailure(.unreachable(mayBeApplied: false), "no watch began within \(limit)")
        }
        let changes = try WatchStep(first, below: name).changes
        pending = [.resynced(RegisterListing(contents, time: time))] + changes
        isLost = false
    }

    private func read(_ watch: Watch) async throws(RegisterFailure) {
        let line = try await firstToEnd { () async throws(RegisterFailure) in
            try await Self.line(of: watch.lines)
        } or: { [gateway, name, clock] () async throws(RegisterFailure) in
            try await Self.check(watch.revision, gateway, name, clock)
        }
        let step = try WatchStep(line, below: name)
        pending += step.changes
        self.watch?.revision = max(watch.revision, step.revision)
    }

    private static func line(of lines: HTTPLines) async throws(RegisterFailure) -> [UInt8] {
        do throws(TransportFailure) {
            if let line = try await lines.next() { return line }
        } catch {
            throw RegisterFailure(error, isWrite: false)
        }
        throw RegisterFailure(.unreachable(mayBeApplied: false), "the watch has ended")
    }

    /// Returns only by a failure: that the engine can't be read, or has a change which the watch hasn't told.
    private static func check(
        _ revision: RegisterRevision, _ gateway: EtcdGateway, _ name: RegisterName, _ clock: any Clock<Duration>
    ) async throws(RegisterFailure) -> Never {
        while true {
            try? await clock.sleep(for: checkPeriod)
            let reply = try await gateway.call(.range, RangeRequest.newest(below: name), as: RangeReply.self).reply
            guard let newest = reply.kvs?.first?.revision, newest > revision else { continue }
            try? await clock.sleep(for: delay)
            throw RegisterFailure(.unreachable(mayBeApplied: false), "the watch doesn't tell of changes")
        }
    }
}

/// Runs two tasks, and returns what the first of them to end returns or throws. The other is cancelled.
private func firstToEnd<Value: Sendable>(
    _ work: @escaping @Sendable () async throws(RegisterFailure) -> Value,
    or other: @escaping @Sendable () async throws(RegisterFailure) -> Value
) async throws(RegisterFailure) -> Value {
    let result = await withTaskGroup(of: Result<Value, RegisterFailure>.self) { group in
        for work in [work, other] {
            group.addTask { () async -> Result<Value, RegisterFailure> in
                do throws(RegisterFailure) { return .success(try await work()) } catch { return .failure(error) }
            }
        }
        let first = await group.next()
        group.cancelAll()
        return first
    }
    guard let result else { throw .notUnderstood(isWrite: false) }
    return try result.get()
}

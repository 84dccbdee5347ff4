package import HTTPTransport
package import Register

/// The register in an etcd, through its JSON gateway. Reads are linearizable, and a write compares the key's
/// `mod_revision`.
package struct EtcdRegister: SharedRegister {
    private let gateway: EtcdGateway
    private let clock: any Clock<Duration>
    private let boot: @Sendable () -> Duration

    /// `clock` measures pauses, and `boot` reads this host's CLOCK_BOOTTIME.
    package init(
        _ settings: EtcdSettings, transport: any LineTransport, clock: any Clock<Duration>,
        boot: @escaping @Sendable () -> Duration
    ) {
        self.init(EtcdGateway(settings, transport: transport, boot: boot), clock: clock, boot: boot)
    }

    init(_ gateway: EtcdGateway, clock: any Clock<Duration>, boot: @escaping @Sendable () -> Duration) {
        self.gateway = gateway
        self.clock = clock
        self.boot = boot
    }

    package func read(_ name: RegisterName) async throws(RegisterFailure) -> RegisterReading {
        let request = RangeRequest(key: WireOctets(name.text.utf8))
        let (reply, time) = try await gateway.call(.range, request, as: RangeReply.self)
        return RegisterReading(try Self.content(reply.kvs, of: name, isWrite: false), time: time)
    }

    package func list(under name: RegisterName) async throws(RegisterFailure) -> RegisterListing {
        let (reply, time) = try await gateway.call(.range, RangeRequest.below(name), as: RangeReply.self)
        return RegisterListing(try reply.contents(below: name), time: time)
    }

    package func write(
        _ value: [UInt8], to name: RegisterName, ifRevision expected: RegisterRevision
    ) async throws(RegisterFailure) -> RegisterWrite {
        let request = WriteRequest(value, to: name, ifRevision: expected)
        let (reply, time) = try await gateway.call(.write, request, as: WriteReply.self, isWrite: true)
        if reply.succeeded ?? false {
            guard let revision = reply.header.revision?.value, revision > 0 else { throw .notUnderstood(isWrite: true) }
            return .written(RegisterRevision(revision), time)
        }
        let content = try Self.content(reply.responses?.first?.responseRange?.kvs, of: name, isWrite: true)
        if content.value == value { return .written(content.revision, time) }
        return .changed(RegisterReading(content, time: time))
    }

    package func erase(_ name: RegisterName, ifRevision expected: RegisterRevision) async throws(RegisterFailure) {
        let request = EraseRequest(name, ifRevision: expected)
        _ = try await gateway.call(.write, request, as: WriteReply.self, isWrite: true)
    }

    package func changes(under name: RegisterName) -> AsyncStream<RegisterChange> {
        let follower = EtcdFollower(gateway, below: name, clock: clock, boot: boot)
        return AsyncStream { await follower.next() }
    }

    private static func content(
        _ entries: [WireEntry]?, of name: RegisterName, isWrite: Bool
    ) throws(RegisterFailure) -> RegisterContent {
        guard let entry = entries?.first else { return .absent }
        guard entry.name == name, entry.revision > .absent else { throw .notUnderstood(isWrite: isWrite) }
        return entry.content
    }
}

extension RangeReply {
    /// The values of all names below one. Keys that aren't text are somebody else's.
    func contents(below name: RegisterName) throws(RegisterFailure) -> [RegisterName: RegisterContent] {
        var contents: [RegisterName: RegisterContent] = [:]
        for entry in kvs ?? [] {
            guard let found = entry.name else { continue }
            guard found.isBelow(name), entry.revision > .absent else { throw .notUnderstood(isWrite: false) }
            contents[found] = entry.content
        }
        return contents
    }
}

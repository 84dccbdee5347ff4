package import Register
import Synchronization

/// One host's link to a register in memory. Links made with `init(sharing:)` are those of other hosts to the same one.
package final class MemoryRegister: SharedRegister {
    /// What becomes of a host's calls.
    package enum Link: Sendable, Hashable {
        case up
        /// No call reaches the register, and no change this host.
        case down
        /// Calls are performed, and their answers lost; changes arrive.
        case losesReplies
        case denied
        /// Reads succeed.
        case full
    }

    private struct Host {
        var link = Link.up
        var watchers: [(name: RegisterName, stream: AsyncStream<RegisterChange>.Continuation)] = []
    }

    private struct State {
        var model = ModelRegister()
        var hosts: [Host] = []
    }

    private final class Engine: Sendable {
        let state = Mutex(State())
    }

    private let engine: Engine
    private let host: Int
    private let time: @Sendable () -> EngineTime

    /// `time` is what each answer says of the engine's time.
    package init(
        sharing other: MemoryRegister? = nil,
        time: @escaping @Sendable () -> EngineTime = { EngineTime(seconds: 1000, sent: .zero, received: .zero) }
    ) {
        self.time = time
        engine = other?.engine ?? Engine()
        host = engine.state.withLock { state in
            state.hosts.append(Host())
            return state.hosts.count - 1
        }
    }

    /// What the register holds. Changes of it are reported to nobody but those who resync.
    package var model: ModelRegister {
        get { engine.state.withLock { $0.model } }
        set { engine.state.withLock { $0.model = newValue } }
    }

    package func set(_ link: Link) {
        engine.state.withLock { state in
            let before = state.hosts[host].link
            state.hosts[host].link = link
            guard (before == .down) != (link == .down) else { return }
            for (name, stream) in state.hosts[host].watchers { stream.yield(beginning(under: name, state)) }
        }
    }

    package func read(_ name: RegisterName) async throws(RegisterFailure) -> RegisterReading {
        try engine.state.withLock { state throws(RegisterFailure) in
            try check(state)
            return RegisterReading(state.model.read(name), time: time())
        }
    }

    package func list(under name: RegisterName) async throws(RegisterFailure) -> RegisterListing {
        try engine.state.withLock { state throws(RegisterFailure) in
            try check(state)
            return RegisterListing(state.model.list(under: name), time: time())
        }
    }

    package func write(
        _ value: [UInt8], to name: RegisterName, ifRevision expected: RegisterRevision
    ) async throws(RegisterFailure) -> RegisterWrite {
        try engine.state.withLock { state throws(RegisterFailure) in
            let link = state.hosts[host].link
            if link == .full { throw RegisterFailure(.full, "no space") }
            if link != .losesReplies { try check(state) }
            let before = state.model.revision
            let outcome = state.model.write(value, to: name, ifRevision: expected)
            if state.model.revision != before { report(name, state) }
            if link == .losesReplies { throw RegisterFailure(.unreachable(mayBeApplied: true), "no answer") }
            switch outcome {
            case .written(let revision): return .written(revision, time())
            case .changed(let content): return .changed(RegisterReading(content, time: time()))
            }
        }
    }

    package func erase(_ name: RegisterName, ifRevision expected: RegisterRevision) async throws(RegisterFailure) {
        try engine.state.withLock { state throws(RegisterFailure) in
            try check(state)
            guard expected != .absent, state.model.read(name).revision == expected else { return }
            state.model.erase(name)
            report(name, state)
        }
    }

    /// Removes a value, as an operator may.
    package func erase(_ name: RegisterName) {
        engine.state.withLock { state in
            state.model.erase(name)
            report(name, state)
        }
    }

    package func changes(under name: RegisterName) -> AsyncStream<RegisterChange> {
        let (changes, stream) = AsyncStream.makeStream(of: RegisterChange.self)
        engine.state.withLock { state in
            state.hosts[host].watchers.append((name, stream))
            stream.yield(beginning(under: name, state))
        }
        return changes
    }

    private func beginning(under name: RegisterName, _ state: State) -> RegisterChange {
        guard state.hosts[host].link != .down else { return .lost(Self.unreachable) }
        return .resynced(RegisterListing(state.model.list(under: name), time: time()))
    }

    private func report(_ name: RegisterName, _ state: State) {
        for host in state.hosts where host.link != .down {
            for watcher in host.watchers where name.isBelow(watcher.name) {
                watcher.stream.yield(.value(name, state.model.read(name)))
            }
        }
    }

    private func check(_ state: State) throws(RegisterFailure) {
        switch state.hosts[host].link {
        case .up, .full: return
        case .down: throw Self.unreachable
        case .losesReplies: throw RegisterFailure(.unreachable(mayBeApplied: false), "no answer")
        case .denied: throw RegisterFailure(.denied, "not allowed")
        }
    }

    private static let unreachable = RegisterFailure(.unreachable(mayBeApplied: false), "no connection")
}

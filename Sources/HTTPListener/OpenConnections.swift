import NIOCore
import Synchronization

/// The open connections of one listener, so that it can limit and close them.
final class OpenConnections: Sendable {
    /// What becomes of a new connection.
    enum Admission {
        /// It is kept. The other one must make room for it: the oldest whose client isn't waiting for an answer.
        case taken(insteadOf: (any Channel)?)
        /// There are as many as there may be, and all clients wait for their answers.
        case full
        /// The listener is closing.
        case closing
    }

    private struct Connection {
        let channel: any Channel
        /// Increases with each connection.
        let number: UInt64
        /// Whether its client waits for an answer. Only kept where there is a limit.
        var isWaiting = false
    }

    private struct State {
        var connections: [ObjectIdentifier: Connection] = [:]
        var lastNumber: UInt64 = 0
        var isClosing = false

        /// Removes the oldest connection whose client isn't waiting for an answer.
        mutating func takeOldest() -> (any Channel)? {
            let idle = connections.filter { !$0.value.isWaiting }
            guard let oldest = idle.min(by: { $0.value.number < $1.value.number }) else { return nil }
            connections[oldest.key] = nil
            return oldest.value.channel
        }
    }

    private let limit: Int?
    private let state = Mutex(State())

    init(limit: Int? = nil) {
        self.limit = limit
    }

    /// Keeps the channel until it closes, where there is room for it.
    func add(_ channel: any Channel) -> Admission {
        let admission = state.withLock { state -> Admission in
            if state.isClosing { return .closing }
            var oldest: (any Channel)?
            if let limit, state.connections.count >= limit {
                oldest = state.takeOldest()
                if oldest == nil { return .full }
            }
            state.lastNumber += 1
            state.connections[ObjectIdentifier(channel)] = Connection(channel: channel, number: state.lastNumber)
            return .taken(insteadOf: oldest)
        }
        guard case .taken = admission else { return admission }
        channel.closeFuture.whenComplete { _ in
            self.state.withLock { state in state.connections[ObjectIdentifier(channel)] = nil }
        }
        return admission
    }

    /// Notes whether the client of a connection waits for an answer.
    func note(_ channel: any Channel, isWaiting: Bool) {
        state.withLock { $0.connections[ObjectIdentifier(channel)]?.isWaiting = isWaiting }
    }

    func close(patience: TimeAmount, on eventLoop: any EventLoop) async {
        let channels = state.withLock { state in
            state.isClosing = true
            return state.connections.values.map(\.channel)
        }
        for channel in channels {
            channel.pipeline.fireUserInboundEventTriggered(HTTPConnection.Finish())
        }
        let cutOff = eventLoop.scheduleTask(in: patience) {
            for channel in channels { channel.close(promise: nil) }
        }
        let closed = EventLoopFuture.andAllComplete(channels.map(\.closeFuture), on: eventLoop)
        try? await closed.get()
        cutOff.cancel()
    }
}

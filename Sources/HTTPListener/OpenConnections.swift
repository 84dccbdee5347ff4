import NIOCore
import Synchronization

/// The open connections of one listener, so that it can close them.
final class OpenConnections: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var isClosing = false
    }

    private let state = Mutex(State())

    /// Keeps the channel until it closes; returns false where the listener is closing.
    func add(_ channel: any Channel) -> Bool {
        let isTaken = state.withLock { state in
            if !state.isClosing { state.channels[ObjectIdentifier(channel)] = channel }
            return !state.isClosing
        }
        guard isTaken else { return false }
        channel.closeFuture.whenComplete { _ in
            self.state.withLock { state in state.channels[ObjectIdentifier(channel)] = nil }
        }
        return true
    }

    func close(patience: TimeAmount, on eventLoop: any EventLoop) async {
        let channels = state.withLock { state in
            state.isClosing = true
            return Array(state.channels.values)
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

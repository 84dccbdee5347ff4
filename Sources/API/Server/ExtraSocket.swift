import HTTPListener
import NIOCore

/// A further socket of the API (`[sockets.NAME]`), with less behind it than the main one. Its handlers' tasks are those
/// of the main socket's server.
package struct ExtraSocket: Sendable {
    private let listener: HTTPListener
    private let file: SocketFile?

    /// How long callers may still wait for their answers when the socket is closed.
    private static let patience = TimeAmount.seconds(2)

    init(listener: HTTPListener, file: SocketFile?) {
        self.listener = listener
        self.file = file
    }

    /// Accepts no further connections, and removes the file that was created for the socket.
    package func close() async {
        await listener.stopListening()
        file?.remove()
        await listener.close(patience: Self.patience)
    }
}

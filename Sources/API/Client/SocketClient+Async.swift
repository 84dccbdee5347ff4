import Dispatch

extension SocketClient {
    private static let queue = DispatchQueue(label: "valetkey.socket")

    /// Asks from an async context, one question after the other. The client blocks, so it is kept off the cooperative
    /// pool.
    package func ask<Value: Sendable>(
        _ question: @escaping @Sendable (SocketClient) throws(ClientFailure) -> Value
    ) async throws(ClientFailure) -> Value {
        let result = await withCheckedContinuation { continuation in
            Self.queue.async {
                continuation.resume(returning: Result { () throws(ClientFailure) in try question(self) })
            }
        }
        return try result.get()
    }
}

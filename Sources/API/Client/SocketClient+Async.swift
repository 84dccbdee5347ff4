import Dispatch

extension SocketClient {
    private static let queue = DispatchQueue(label: "valetkey.socket")

    /// Sends requests from an async context, one at a time. The client blocks its thread, so it runs outside the
    /// cooperative pool.
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

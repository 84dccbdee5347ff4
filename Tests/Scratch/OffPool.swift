import Dispatch

/// Does work that blocks on a thread of its own: on the cooperative pool it could hold the very thread that the other
/// end of its connection needs.
package func offPool<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    let result = await withCheckedContinuation { continuation in
        DispatchQueue(label: "valetkey.test").async { continuation.resume(returning: Result { try work() }) }
    }
    return try result.get()
}

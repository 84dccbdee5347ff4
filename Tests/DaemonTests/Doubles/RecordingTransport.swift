import HTTPTransport
import Synchronization

/// A transport that records its calls, and lets a test make them fail.
final class RecordingTransport: HTTPTransport {
    private struct State {
        var calls: [HTTPCall] = []
        /// The prepared failures and replies, by the end of the URL.
        var failures: [String: Int] = [:]
        var replies: [String: HTTPReply] = [:]
    }

    private let inner: (any HTTPTransport)?
    private let state = Mutex(State())

    /// Without another transport, only prepared replies are returned.
    init(_ inner: (any HTTPTransport)? = nil) {
        self.inner = inner
    }

    /// Makes the next calls to URLs with this ending fail.
    func fail(_ ending: String, times: Int = 1) {
        state.withLock { $0.failures[ending] = times }
    }

    /// Answers calls to URLs with this ending by this reply.
    func answer(_ ending: String, _ reply: HTTPReply?) {
        state.withLock { $0.replies[ending] = reply }
    }

    var calls: [HTTPCall] { state.withLock { $0.calls } }

    func count(_ ending: String) -> Int { calls.count { $0.url.hasSuffix(ending) } }

    func send(_ call: HTTPCall) async -> Result<HTTPReply, TransportFailure> {
        let (fails, reply) = state.withLock { state -> (Bool, HTTPReply?) in
            state.calls.append(call)
            if let ending = state.failures.first(where: { call.url.hasSuffix($0.key) && $0.value > 0 })?.key {
                state.failures[ending, default: 1] -= 1
                return (true, nil)
            }
            return (false, state.replies.first { call.url.hasSuffix($0.key) }?.value)
        }
        if fails { return .failure(TransportFailure(.connection, "nobody is there")) }
        if let reply { return .success(reply) }
        return await inner?.send(call) ?? .failure(TransportFailure(.connection, "nobody is there"))
    }
}

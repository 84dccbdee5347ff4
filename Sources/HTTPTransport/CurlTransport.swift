import Dispatch
import Glibc
import Synchronization

/// Sends requests with libcurl on a dedicated thread: one `curl_multi` handle for all requests. The thread starts, and
/// libcurl is loaded, with the first request.
package final class CurlTransport: LineTransport {
    private enum Engine: Sendable {
        case resting
        /// The thread is about to take what has arrived.
        case starting
        case running(CurlMulti)
        case stopped

        /// Wakes the thread where it may be waiting.
        func wakeUp() {
            if case .running(let multi) = self { multi.wakeUp() }
        }
    }

    private struct Inbox: Sendable {
        var arrived: [CurlTransfer] = []
        var cancelled: Set<UInt64> = []
        var engine = Engine.resting

        var isStopped: Bool {
            if case .stopped = engine { true } else { false }
        }

        /// Removes and returns what has arrived. What arrives from now on is for `next`, unless the transport is stopped.
        mutating func empty(for next: Engine) -> Inbox {
            defer { self = Inbox(engine: isStopped ? .stopped : next) }
            return self
        }
    }

    private static let keepsSecrets: Void = {
        // libcurl would write the secrets of every TLS connection to that file.
        _ = unsafe unsetenv("SSLKEYLOGFILE")
    }()

    private let inbox = Mutex(Inbox())
    private let lastID = Atomic<UInt64>(0)
    /// Signalled when the thread has ended.
    private let ended = DispatchSemaphore(value: 0)
    private let authorities: String?
    private let uptime: @Sendable () -> Duration

    /// `authorities` is the path of a PEM file with the certificate authorities to trust; nil uses the system's. Time
    /// limits are measured by `uptime`, which must be monotonic; it need not count the time that the machine sleeps.
    package init(authorities: String? = nil, uptime: @escaping @Sendable () -> Duration = CurlTransport.uptime) {
        _ = Self.keepsSecrets
        self.authorities = authorities
        self.uptime = uptime
    }

    /// Cancels all transfers and ends the thread. Nothing can be sent afterwards.
    package func stop() {
        let engine = inbox.withLock { inbox in
            defer { inbox.engine = .stopped }
            return inbox.engine
        }
        engine.wakeUp()
        switch engine {
        case .resting, .stopped: break
        // What the thread does last with libcurl mustn't meet the end of the process, which takes apart what libcurl
        // needs. It does that at once, unless it waits for the end of a name's lookup.
        case .starting, .running: _ = ended.wait(timeout: .now() + .milliseconds(200))
        }
    }

    package func send(_ call: HTTPCall) async -> Result<HTTPReply, TransportFailure> {
        await perform { id, authorities, done in
            CurlTransfer(id: id, call: call, authorities: authorities, done: done)
        }
    }

    package func open(_ call: HTTPCall) async -> Result<HTTPOpening, TransportFailure> {
        await perform { id, authorities, done in
            let buffer = LineBuffer(limit: call.replyLimit)
            let stream = LineStream(buffer: buffer) {
                done(.success(.lines(HTTPLines(buffer) { [weak self] in self?.cancel(id) })))
            }
            return CurlTransfer(id: id, call: call, authorities: authorities, stream: stream) { result in
                done(result.map { .reply($0) })
            }
        }
    }

    private typealias Done<Value> = @Sendable (Result<Value, TransportFailure>) -> Void

    /// Runs the transfer that `make` returns until it calls `done`.
    private func perform<Value: Sendable>(
        _ make: (_ id: UInt64, _ authorities: String?, _ done: @escaping Done<Value>) -> CurlTransfer
    ) async -> Result<Value, TransportFailure> {
        let id = lastID.add(1, ordering: .relaxed).newValue
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let transfer = make(id, authorities) { continuation.resume(returning: $0) }
                let engine = inbox.withLock { inbox in
                    let engine = inbox.engine
                    if case .stopped = engine { return engine }
                    inbox.arrived.append(transfer)
                    // The task may have been cancelled, and the cancellation handler called, before the transfer was
                    // added.
                    if Task.isCancelled { inbox.cancelled.insert(id) }
                    if case .resting = engine { inbox.engine = .starting }
                    return engine
                }
                switch engine {
                case .stopped: transfer.end(.failure(.cancelled))
                case .resting where !OwnThread.start({ self.work() }):
                    fail(TransportFailure(.other, "there is no further thread for libcurl"))
                case .resting, .starting: break
                case .running(let multi): multi.wakeUp()
                }
            }
        } onCancel: {
            cancel(id)
        }
    }

    private func cancel(_ id: UInt64) {
        inbox.withLock { inbox in
            switch inbox.engine {
            // All transfers have ended, or have arrived before.
            case .resting, .stopped: break
            case .starting, .running: inbox.cancelled.insert(id)
            }
            return inbox.engine
        }.wakeUp()
    }

    private static let start = SuspendingClock().now

    /// The time since it was first read.
    package static let uptime: @Sendable () -> Duration = { SuspendingClock().now - start }

    private func work() {
        do throws(TransportFailure) {
            work(try CurlMulti())
            ended.signal()
        } catch {
            fail(error)
        }
    }

    /// Ends what has arrived. The next request tries it anew.
    private func fail(_ failure: TransportFailure) {
        let news = inbox.withLock { $0.empty(for: .resting) }
        for transfer in news.arrived { transfer.end(.failure(failure)) }
    }

    private func work(_ multi: CurlMulti) {
        var running: [UInt64: CurlTransfer] = [:]
        var pace = Pace()
        while true {
            // Time limits are compared with the time before reading, so that everything that has arrived by then is
            // read.
            let now = uptime()
            let news = inbox.withLock { $0.empty(for: .running(multi)) }
            if pace.hasStoodStill(at: now) {
                for transfer in running.values { transfer.leaveTime(until: now + Pace.moment) }
            }
            for transfer in news.arrived where multi.add(transfer) {
                transfer.begin(at: now)
                running[transfer.id] = transfer
            }
            let ended = news.isStopped ? Array(running.keys) : Array(news.cancelled)
            for id in ended { end(id, of: &running, multi) { $0.end(.failure(.cancelled)) } }
            if news.isStopped { return }
            for transfer in multi.perform() { running[transfer.id] = nil }
            for (id, transfer) in running where transfer.limit.isOver(at: now) && !transfer.readsOn(at: now) {
                end(id, of: &running, multi) { $0.runOut() }
            }
            let wait = running.values.map(\.limit.end).min().map { $0 - now }
            pace.sleeps(from: now, for: wait)
            multi.wait(atMost: wait)
        }
    }

    private func end(
        _ id: UInt64, of running: inout [UInt64: CurlTransfer], _ multi: CurlMulti, _ how: (CurlTransfer) -> Void
    ) {
        guard let transfer = running.removeValue(forKey: id) else { return }
        multi.remove(transfer)
        how(transfer)
    }
}

extension TransportFailure {
    static let cancelled = TransportFailure(.cancelled, "the request was cancelled")
}

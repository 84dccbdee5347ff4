import Logging
import Synchronization

/// A log that a test can read, and wait for.
final class RecordedLog: Sendable {
    struct Line: Sendable, Hashable {
        var level: Logger.Level
        var message: String
        var fields: [String: String]
    }

    private struct State {
        var lines: [Line] = []
        var watchers: [(message: String, tell: CheckedContinuation<Line, Never>)] = []
    }

    private let state = Mutex(State())

    var lines: [Line] { state.withLock { $0.lines } }

    /// A logger that writes to this log, for one part of the daemon or for all.
    var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

    /// Waits for the first line with this message.
    func line(_ message: String) async -> Line {
        await withCheckedContinuation { continuation in
            let line = state.withLock { state -> Line? in
                if let line = state.lines.first(where: { $0.message == message }) { return line }
                state.watchers.append((message, continuation))
                return nil
            }
            if let line { continuation.resume(returning: line) }
        }
    }

    private func append(_ line: Line) {
        let told = state.withLock { state in
            state.lines.append(line)
            let told = state.watchers.filter { $0.message == line.message }
            state.watchers.removeAll { $0.message == line.message }
            return told
        }
        for watcher in told { watcher.tell.resume(returning: line) }
    }

    private struct Handler: LogHandler {
        let log: RecordedLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let fields = (event.metadata ?? [:]).mapValues { "\($0)" }
            log.append(Line(level: event.level, message: "\(event.message)", fields: fields))
        }
    }
}

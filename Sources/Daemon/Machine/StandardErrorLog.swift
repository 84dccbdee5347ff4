import FoundationEssentials
import Logging
import Synchronization
import Text

/// Writes log lines to standard error: with the journal's `<N>` priority under systemd, otherwise with the time.
///
/// Metadata follows the message as `name=value`. A value that isn't one plain word is quoted, so that no value looks
/// like another field. Values are for people and must hold no secret: the daemon only logs events and failures, which
/// have none.
struct StandardErrorLog: LogHandler {
    var metadata: Logger.Metadata = [:]
    let threshold: LogThreshold
    let isJournal: Bool
    var output = LineOutput.standardError
    var now: @Sendable () -> Date = { Date() }

    var logLevel: Logger.Level {
        get { threshold.level }
        set { threshold.level = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let fields = all.sorted { $0.key < $1.key }.map { " \($0.key)=\(Self.quote("\($0.value)".plain))" }.joined()
        let head = isJournal ? "<\(Self.priority(event.level))>" : "\(now().formatted(.iso8601)) \(event.level): "
        output.line("\(head)\("\(event.message)".plain)\(fields)")
    }

    private static func quote(_ value: String) -> String {
        let isWord = !value.isEmpty && !value.contains { $0.isWhitespace || "\"\\=".contains($0) }
        return isWord ? value : "\"\(value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }

    private static func priority(_ level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}

/// The lowest level that is logged. All loggers of the daemon, which are copies, share it, so that a reload changes all
/// of them.
final class LogThreshold: Sendable {
    private let kept = Mutex(Logger.Level.info)

    var level: Logger.Level {
        get { kept.withLock { $0 } }
        set { kept.withLock { $0 = newValue } }
    }
}

/// Durations as people read them.
extension DurationText {
    /// `59s`, `4m 10s`, `2h 5m`, `3d 4h`.
    package static func short(_ seconds: Int) -> String {
        switch abs(seconds) {
        case ..<60: "\(seconds)s"
        case ..<3600: "\(seconds / 60)m \(abs(seconds) % 60)s"
        case ..<86_400: "\(seconds / 3600)h \(abs(seconds) % 3600 / 60)m"
        default: "\(seconds / 86_400)d \(abs(seconds) % 86_400 / 3600)h"
        }
    }

    /// `9:41`, for a countdown.
    package static func clock(_ seconds: Int) -> String {
        let rest = seconds % 60
        return "\(seconds / 60):\(rest < 10 ? "0" : "")\(rest)"
    }
}

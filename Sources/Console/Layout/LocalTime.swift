package import FoundationEssentials
import Glibc

/// Points in time as a person reads them, in the user's time zone.
package enum LocalTime {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// `14:05` on the same day as `now`, else `Nov 28 14:05`, with the year where that is another one.
    package static func short(_ date: Date, now: Date) -> String {
        let (time, today) = (Parts(date), Parts(now))
        let clock = "\(twoDigits(time.hour)):\(twoDigits(time.minute))"
        if time.year == today.year, time.dayOfYear == today.dayOfYear { return clock }
        let day = "\(months[time.month]) \(time.day)"
        return time.year == today.year ? "\(day) \(clock)" : "\(day) \(time.year) \(clock)"
    }

    /// `14:05:09`.
    package static func clock(_ date: Date) -> String {
        let time = Parts(date)
        return [time.hour, time.minute, time.second].map(twoDigits).joined(separator: ":")
    }

    private struct Parts {
        let year, month, day, dayOfYear, hour, minute, second: Int

        init(_ date: Date) {
            var seconds = time_t(date.timeIntervalSince1970.rounded(.down))
            var parts = unsafe tm()
            _ = unsafe localtime_r(&seconds, &parts)
            (year, month, day) = unsafe (Int(parts.tm_year) + 1900, Int(parts.tm_mon), Int(parts.tm_mday))
            dayOfYear = unsafe Int(parts.tm_yday)
            (hour, minute, second) = unsafe (Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec))
        }
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

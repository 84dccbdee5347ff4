/// Durations as people write them: `30s`, `5m`, `2h`, `1d`, or several from large to small as in `1h30m`.
package enum DurationText {
    private static let units: [(letter: Character, seconds: Int64)] = [
        ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1),
    ]

    /// The examples in messages that ask for a duration.
    package static let examples = #""30s", "5m", "2h" or "1d""#

    /// Nil where the text is no duration. A number without a unit is refused: seconds and minutes are easily confused.
    package static func parse(_ text: String) -> Duration? {
        var (seconds, rest) = (Int64(0), Substring(text))
        var allowed = units[...]
        repeat {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            // Nine digits of days stay far within 64 bits of seconds.
            guard (1...9).contains(digits.count), let count = Int64(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            guard let letter = rest.popFirst(), let unit = allowed.firstIndex(where: { $0.letter == letter }) else {
                return nil
            }
            seconds += count * allowed[unit].seconds
            allowed = allowed[(unit + 1)...]
        } while !rest.isEmpty
        return .seconds(seconds)
    }

    /// The shortest text that `parse` reads back; parts of a second are dropped.
    package static func format(_ duration: Duration) -> String {
        var seconds = max(0, duration.components.seconds)
        var text = ""
        for unit in units where seconds >= unit.seconds {
            text += "\(seconds / unit.seconds)\(unit.letter)"
            seconds %= unit.seconds
        }
        return text.isEmpty ? "0s" : text
    }
}

import FoundationEssentials

/// A date in one of HTTP's three forms (RFC 9110 section 5.6.7) or in ISO 8601, with or without a zone; without one it
/// is in UTC.
struct DateText {
    let date: Date

    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

    /// `text` is in lower case.
    init?(_ text: String) {
        guard let (clock, time) = Self.time(text) else { return nil }
        let zone = Self.zone(text[clock.upperBound...])
        let words = "\(text[..<clock.lowerBound]) \(zone == nil ? text[clock.upperBound...] : "")"
            .split { !$0.isLetter && !$0.isNumber }.map(String.init)
        let numbers = words.compactMap { Int($0.hasSuffix("t") ? String($0.dropLast()) : $0) }
        let month = words.lazy.compactMap { word in Self.months.firstIndex { word.hasPrefix($0) } }.first
        guard let date = Self.day(numbers, month: month.map { $0 + 1 }) else { return nil }
        self.date = Date(timeIntervalSince1970: Double(date) * 86_400 + time - (zone ?? 0))
    }

    /// The place and the value, in seconds, of a time such as `08:49:37.5`.
    private static func time(_ text: String) -> (Range<String.Index>, Double)? {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let hours = text[..<colon].suffix(while: \.isNumber)
        let rest = text[colon...].prefix { $0.isNumber || $0 == ":" || $0 == "." }
        let parts = (hours + rest).split(separator: ":").map { Double($0) ?? .nan }
        guard hours.count < 3, (2...3).contains(parts.count), parts[0] < 24, parts[1] < 60, parts.last ?? 0 < 61 else {
            return nil
        }
        let seconds = zip(parts, [3600.0, 60, 1]).reduce(0) { $0 + $1.0 * $1.1 }
        return (hours.startIndex..<rest.endIndex, seconds)
    }

    /// The difference from UTC in seconds in `+01:00` or `-0500`; 0 for a name; nil if the year follows here, as in
    /// asctime's form.
    private static func zone(_ text: Substring) -> Double? {
        let text = text.drop(while: \.isWhitespace)
        guard let first = text.first else { return 0 }
        guard first == "+" || first == "-" else { return first.isNumber ? nil : 0 }
        let digits = text.dropFirst().filter(\.isNumber)
        guard digits.count == 4 || digits.count == 2, let hours = Double(digits.prefix(2)) else { return nil }
        let seconds = hours * 3600 + (Double(digits.dropFirst(2)) ?? 0) * 60
        return first == "-" ? -seconds : seconds
    }

    /// The days since 1970. With a month's name the numbers are the day and the year, otherwise year, month and day.
    private static func day(_ numbers: [Int], month named: Int?) -> Int? {
        let (year, month, day): (Int, Int, Int)
        switch (numbers.count, named) {
        case (2, let named?): (year, month, day) = (numbers[1], named, numbers[0])
        case (3, nil): (year, month, day) = (numbers[0], numbers[1], numbers[2])
        default: return nil
        }
        guard (1...12).contains(month), (1...31).contains(day), (0...9999).contains(year) else { return nil }
        // RFC 850's form has two digits for the year.
        let full = year < 70 ? year + 2000 : year < 100 ? year + 1900 : year
        let shifted = month > 2 ? full : full - 1
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    }
}

extension Substring {
    /// The longest end of the text whose characters all fit.
    fileprivate func suffix(while fits: (Character) -> Bool) -> Substring {
        guard let last = lastIndex(where: { !fits($0) }) else { return self }
        return self[index(after: last)...]
    }
}

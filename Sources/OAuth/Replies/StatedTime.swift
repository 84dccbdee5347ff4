import FoundationEssentials

/// A length of time or a date, as servers write it: a number of any unit, `1800s`, `PT30M`, a date of HTTP or ISO 8601.
enum StatedTime: Sendable, Hashable {
    /// In seconds; not negative.
    case length(Double)
    case date(Date)

    /// A number of seconds from here on is a date since 1970: as a length it would be 31 years.
    private static let firstDate = 1e9

    /// `unit` is how many seconds a number without a unit counts.
    init?(_ value: ReplyObject.Value, unit: Double = 1) {
        switch value {
        case .number(let number, _): self.init(number, unit: unit)
        case .text(let text): self.init(text, unit: unit)
        default: return nil
        }
    }

    /// The size in octets of the longest text that may state a time. Most members are tokens, which are longer.
    private static let limit = 100

    init?(_ text: String, unit: Double = 1) {
        guard text.utf8.count <= Self.limit else { return nil }
        let text = String(text.lowercased().filter { $0 != "\"" })
        if let number = Double(text.filter { !$0.isWhitespace }) {
            self.init(number, unit: unit)
        } else if let seconds = Self.seconds(text) {
            self = .length(seconds)
        } else if let date = DateText(text)?.date {
            self = .date(date)
        } else {
            return nil
        }
    }

    /// Dates may be in milliseconds, microseconds or nanoseconds.
    private init?(_ number: Double, unit: Double) {
        guard number.isFinite, number >= 0 else { return nil }
        var seconds = number * unit
        if seconds < Self.firstDate {
            self = .length(seconds)
            return
        }
        guard unit == 1 else { return nil }
        while seconds >= 1e11 { seconds /= 1000 }
        self = .date(Date(timeIntervalSince1970: seconds))
    }

    private static let units: [(names: [String], seconds: Double)] = [
        (["ms", "msec", "millis", "millisecond", "milliseconds"], 0.001),
        (["s", "sec", "secs", "second", "seconds"], 1),
        (["m", "min", "mins", "minute", "minutes"], 60), (["h", "hr", "hrs", "hour", "hours"], 3600),
        (["d", "day", "days"], 86_400), (["w", "week", "weeks"], 604_800),
    ]

    /// Reads `1h 30m`, `1800 seconds` and `PT30M`.
    private static func seconds(_ text: String) -> Double? {
        var rest = text.filter { !$0.isWhitespace && $0 != "," }[...]
        if rest.first == "p" { rest = rest.dropFirst() }
        var total = 0.0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            if rest.first == "t" { rest = rest.dropFirst() }
            let digits = rest.prefix { $0.isNumber || $0 == "." }
            let name = rest.dropFirst(digits.count).prefix { $0.isLetter && $0 != "t" }
            guard let number = Double(digits), let unit = units.first(where: { $0.names.contains(String(name)) }) else {
                return nil
            }
            total += number * unit.seconds
            rest = rest.dropFirst(digits.count + name.count)
        }
        return total < firstDate ? total : nil
    }

    /// The length of time from `now`; nil if it isn't after it, if it is absurdly long, or if `now` is needed and
    /// unknown.
    func length(from now: Date?) -> Duration? {
        switch self {
        case .length(let seconds): return .seconds(seconds)
        case .date(let date):
            guard let seconds = now.map({ date.timeIntervalSince($0) }), seconds > 0, seconds < Self.firstDate else {
                return nil
            }
            return .seconds(seconds)
        }
    }
}

/// A member's name without separators and without the unit at its end.
struct UnitName {
    let name: String
    /// The unit in seconds; 1 if the name has none.
    let unit: Double

    private static let units: [(String, Double)] = [
        ("milliseconds", 0.001), ("millis", 0.001), ("msec", 0.001), ("ms", 0.001), ("seconds", 1), ("secs", 1),
        ("sec", 1),
        ("inminutes", 60), ("minutes", 60), ("mins", 60), ("hours", 3600), ("days", 86_400),
    ]

    init(_ text: String) {
        let bare = ReplyObject.bare(text)
        let ending = Self.units.first { bare.hasSuffix($0.0) && bare.count > $0.0.count + 2 }
        name = String(bare.dropLast(ending?.0.count ?? 0))
        unit = ending?.1 ?? 1
    }
}

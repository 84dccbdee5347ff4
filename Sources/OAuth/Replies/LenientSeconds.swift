/// A number of seconds, written as a number or as a string of digits.
struct LenientSeconds: Decodable {
    var duration: Duration

    /// Longer than any token's lifetime, and well within the range of `Duration`.
    private static let limit = 1e10

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        let number = try? value.decode(Double.self)
        let digits = try? value.decode(String.self)
        guard let seconds = number ?? digits.flatMap(Double.init), let duration = Self.duration(seconds) else {
            throw DecodingError.dataCorruptedError(in: value, debugDescription: "not a number of seconds")
        }
        self.duration = duration
    }

    /// Returns nil if the number isn't a valid length of time.
    static func duration(_ seconds: Double) -> Duration? {
        seconds.isFinite && seconds >= 0 ? .seconds(min(seconds, limit)) : nil
    }
}

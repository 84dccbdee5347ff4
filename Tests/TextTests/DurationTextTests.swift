import Testing
import Text

struct DurationTextTests {
    @Test(
        arguments: [
            ("30s", 30), ("5m", 300), ("2h", 7200), ("1d", 86_400), ("1h30m", 5400), ("1d2h3m4s", 93_784), ("0s", 0),
            ("90s", 90), ("007s", 7),
        ] as [(String, Int)])
    func `a duration is parsed by its units`(_ text: String, _ seconds: Int) {
        #expect(DurationText.parse(text) == .seconds(seconds))
    }

    @Test(arguments: [
        "", "5", "s", "5 m", "-5m", "+5m", "5ms", "5M", "1.5h", "30m1h", "1h1h", "5m ", "٣s", "1234567890s", "1e3s",
        "9999999999999999999d",
    ])
    func `an invalid duration is refused`(_ text: String) {
        #expect(DurationText.parse(text) == nil)
    }

    @Test(
        arguments: [
            (0, "0s"), (59, "59s"), (60, "1m"), (90, "1m30s"), (3600, "1h"), (86_400, "1d"), (93_784, "1d2h3m4s"),
            (-5, "0s"),
        ] as [(Int, String)])
    func `a formatted duration can be parsed again`(_ seconds: Int, _ text: String) {
        #expect(DurationText.format(.seconds(seconds)) == text)
        #expect(DurationText.parse(text) == .seconds(max(0, seconds)))
    }

    @Test func `fractions of a second are dropped`() {
        #expect(DurationText.format(.milliseconds(1999)) == "1s")
    }

    @Test(arguments: [
        (0, "0s"), (59, "59s"), (60, "1m 0s"), (3599, "59m 59s"), (3600, "1h 0m"), (86_399, "23h 59m"),
        (86_400, "1d 0h"), (7_776_000, "90d 0h"), (-5, "-5s"), (-65, "-1m 5s"),
    ])
    func `a duration has a short form for people`(seconds: Int, text: String) {
        #expect(DurationText.short(seconds) == text)
    }

    @Test(arguments: [(0, "0:00"), (9, "0:09"), (61, "1:01"), (581, "9:41"), (3600, "60:00")])
    func `a countdown is shown as a clock`(seconds: Int, text: String) {
        #expect(DurationText.clock(seconds) == text)
    }
}

import Register
import Testing

@Suite struct EngineClockTests {
    /// A reply of an engine whose clock is 1000 s ahead of this host's; `at` is the host's time when it answered.
    private func reply(
        at answered: Duration, distance: Duration = .seconds(1000), taking: Duration = .milliseconds(20)
    ) -> EngineTime {
        EngineTime(
            seconds: (answered + distance).components.seconds, sent: answered - taking / 2,
            received: answered + taking / 2)
    }

    private func instant(_ milliseconds: Int64) -> EngineInstant { EngineInstant(milliseconds: milliseconds) }

    @Test func `Before the first reply, nothing is known of the engine's time`() {
        let clock = EngineClock()
        #expect(!clock.isKnown)
        #expect(clock.earliest(at: .seconds(1)) == nil)
        #expect(clock.latest(at: .seconds(1)) == nil)
    }

    @Test func `One reply bounds the time by a second and the way of the request`() {
        var clock = EngineClock()
        clock.note(EngineTime(seconds: 1050, sent: .milliseconds(50_100), received: .milliseconds(50_300)))
        #expect(clock.isKnown)
        // 1050 to 1051 at some moment from 50.1 to 50.3: the distance is from 999.7 to 1000.9.
        #expect(clock.earliest(at: .milliseconds(50_300)) == instant(1_050_000))
        #expect(clock.latest(at: .milliseconds(50_300)) == instant(1_051_200))
    }

    @Test func `A reply that seems to arrive before its request is bounded by the request's time`() {
        let time = EngineTime(seconds: 5, sent: .seconds(3), received: .seconds(2))
        #expect(time.received == .seconds(3))
    }

    @Test func `Several replies narrow the bounds`() throws {
        var clock = EngineClock()
        for answered in [10_050, 11_950, 12_500, 14_980] { clock.note(reply(at: .milliseconds(answered))) }
        let earliest = try #require(clock.earliest(at: .seconds(15)))
        let latest = try #require(clock.latest(at: .seconds(15)))
        #expect(earliest <= instant(1_015_000) && instant(1_015_000) <= latest)
        #expect(latest - earliest < .milliseconds(250))
    }

    @Test(arguments: [1, -1]) func `The bounds hold with clocks that drift apart for an hour`(sign: Int) throws {
        var clock = EngineClock()
        var distance = Duration.seconds(1000)
        for second in 1...60 {
            let answered = Duration.seconds(second * 60) + .milliseconds(second * 37)
            distance = .seconds(1000) + answered * sign / 1100
            clock.note(reply(at: answered, distance: distance))
            let now = answered + .seconds(59)
            let truth = (now + .seconds(1000) + now * sign / 1100).components
            let milliseconds = truth.seconds * 1000 + truth.attoseconds / 1_000_000_000_000_000
            #expect(try #require(clock.earliest(at: now)) <= instant(milliseconds))
            #expect(try #require(clock.latest(at: now)) >= instant(milliseconds))
        }
    }

    @Test func `The bounds widen with the time since the last reply, and before it`() throws {
        var clock = EngineClock()
        clock.note(EngineTime(seconds: 1100, sent: .seconds(100), received: .seconds(100)))
        #expect(clock.earliest(at: .seconds(1100)) == instant(2_099_000))
        #expect(clock.latest(at: .seconds(1100)) == instant(2_102_000))
        #expect(clock.earliest(at: .seconds(90)) == instant(1_089_990))
        #expect(clock.latest(at: .seconds(90)) == instant(1_091_010))
    }

    @Test(arguments: [400, -400]) func `After the engine's clock was set, only newer replies count`(jump: Int) throws {
        var clock = EngineClock()
        clock.note(reply(at: .milliseconds(10_500)))
        clock.note(reply(at: .milliseconds(20_500), distance: .seconds(1000 + jump)))
        let now = Int64(1_020_500 + jump * 1000)
        let earliest = try #require(clock.earliest(at: .milliseconds(20_500)))
        let latest = try #require(clock.latest(at: .milliseconds(20_500)))
        #expect(earliest <= instant(now) && instant(now) <= latest)
        #expect(latest - earliest < .milliseconds(1050))
    }

    @Test func `A reply that arrives after a later one doesn't make the bounds wrong`() throws {
        var clock = EngineClock()
        clock.note(reply(at: .milliseconds(20_900)))
        clock.note(reply(at: .milliseconds(12_100)))
        let earliest = try #require(clock.earliest(at: .seconds(21)))
        let latest = try #require(clock.latest(at: .seconds(21)))
        #expect(earliest <= instant(1_021_000) && instant(1_021_000) <= latest)
        #expect(latest - earliest < .milliseconds(300))
    }
}

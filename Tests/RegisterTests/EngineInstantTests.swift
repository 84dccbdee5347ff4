import Foundation
import Register
import Testing

@Suite struct EngineInstantTests {
    @Test func `Instants are encoded as numbers`() throws {
        let encoded = try JSONEncoder().encode([EngineInstant(milliseconds: 1_700_000_000_123)])
        #expect(String(decoding: encoded, as: UTF8.self) == "[1700000000123]")
        let decoded = try JSONDecoder().decode([EngineInstant].self, from: Data("[-1, 5]".utf8))
        #expect(decoded == [EngineInstant(milliseconds: -1), EngineInstant(milliseconds: 5)])
    }

    @Test func `A duration is added, rounded down to milliseconds`() {
        let start = EngineInstant(milliseconds: 1000)
        #expect(start + .seconds(2) == EngineInstant(milliseconds: 3000))
        #expect(start + .microseconds(1900) == EngineInstant(milliseconds: 1001))
        #expect(start + .microseconds(-1900) == EngineInstant(milliseconds: 998))
        #expect(start + .milliseconds(-2) == EngineInstant(milliseconds: 998))
    }

    @Test func `Sums and differences don't overflow`() {
        let (first, last) = (EngineInstant(milliseconds: .min), EngineInstant(milliseconds: .max))
        #expect(last + .seconds(1) == last)
        #expect(first + .seconds(-1) == first)
        #expect(last + .seconds(Int64.max) == last)
        #expect(first + .seconds(Int64.min) == first)
        #expect(last - first > .seconds(Int64.max / 1000))
        #expect(first - last < .zero)
    }

    @Test func `Instants have an order and a distance`() {
        let (early, late) = (EngineInstant(milliseconds: 5), EngineInstant(milliseconds: 1505))
        #expect(early < late)
        #expect(late - early == .milliseconds(1500))
    }
}

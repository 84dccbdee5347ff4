import FoundationEssentials
import Grants
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(5))) struct EventBusTests {
    private let time = TestTime(clock: TestClock())

    private func bus(keeping limit: Int = 4) -> EventBus { EventBus(time: time, recentLimit: limit) }

    /// All events that a subscriber gets from a closed bus.
    private func all(_ subscription: EventSubscription, of bus: EventBus) async -> [Event] {
        bus.close()
        return await subscription.events.reduce(into: []) { $0.append($1) }
    }

    /// The events' numbers, relative to the bus's first event.
    private func numbers(_ events: [Event], since start: UInt64) -> [Int] { events.map { Int($0.number - start) } }

    @Test func `every subscriber gets each event, in order, with its account and its time`() async {
        let bus = bus()
        let start = bus.lastNumber
        let (one, other) = (bus.subscribe(limit: 9), bus.subscribe(limit: 9))
        bus.publish(.grant(.loggedOut), account: "ads")
        time.clock.advance(by: .seconds(5))
        bus.publish(.configuration(.loaded(accounts: 1, warnings: [])))
        let events = await all(one, of: bus)
        #expect(
            events == [
                Event(number: start + 1, at: TestClock.start, account: "ads", change: .grant(.loggedOut)),
                Event(
                    number: start + 2, at: TestClock.start + 5, account: nil,
                    change: .configuration(.loaded(accounts: 1, warnings: []))),
            ])
        #expect(await all(other, of: bus) == events)
        #expect(bus.lastNumber == start + 2 && !one.hasGap)
    }

    @Test func `a subscriber gets later events, and earlier ones as well if it asks by number`() async {
        let bus = bus()
        let start = bus.lastNumber
        for _ in 0..<3 { bus.publish(.grant(.loggedOut)) }
        let (late, resumed) = (bus.subscribe(limit: 9), bus.subscribe(after: start + 1, limit: 9))
        bus.publish(.grant(.savedAtLast))
        #expect(numbers(await all(late, of: bus), since: start) == [4])
        #expect(numbers(await all(resumed, of: bus), since: start) == [2, 3, 4])
        #expect(!late.hasGap && !resumed.hasGap)
    }

    @Test(
        arguments: [
            // Six events were published, and the last four are kept.
            (0, true, [3, 4, 5, 6]), (1, true, [3, 4, 5, 6]), (2, false, [3, 4, 5, 6]), (3, false, [4, 5, 6]),
            (5, false, [6]), (6, false, []),
        ] as [(UInt64, Bool, [Int])])
    func `only the newest events are kept, and a subscriber that asks for older ones is told of a gap`(
        _ place: UInt64, _ hasGap: Bool, _ expected: [Int]
    ) async {
        let bus = bus()
        let start = bus.lastNumber
        for _ in 0..<6 { bus.publish(.grant(.loggedOut)) }
        let subscription = bus.subscribe(after: start + place, limit: 1)
        #expect(subscription.hasGap == hasGap)
        #expect(numbers(await all(subscription, of: bus), since: start) == expected)
    }

    @Test func `a number that was never given out brings all kept events`() async {
        let bus = bus()
        let start = bus.lastNumber
        #expect(bus.subscribe(after: start - 1, limit: 1).hasGap)
        bus.publish(.grant(.loggedOut))
        for foreign in [start + 2, .max] {
            let subscription = bus.subscribe(after: foreign, limit: 1)
            #expect(subscription.hasGap)
            #expect(numbers(await all(subscription, of: bus), since: start) == [1])
        }
    }

    @Test func `a later process continues with higher numbers`() {
        let first = bus()
        for _ in 0..<900 { first.publish(.grant(.loggedOut)) }
        time.clock.advance(by: .seconds(1))
        #expect(bus().lastNumber > first.lastNumber)
    }

    @Test func `a slow subscriber is cut off after its buffered events, and can continue from there`() async throws {
        let bus = bus()
        let start = bus.lastNumber
        let (slow, patient) = (bus.subscribe(limit: 2), bus.subscribe(limit: 3))
        for _ in 0..<3 { bus.publish(.grant(.loggedOut)) }
        // The stream has ended, although the bus is open.
        let got = await slow.events.reduce(into: [Event]()) { $0.append($1) }
        #expect(numbers(got, since: start) == [1, 2])
        let resumed = bus.subscribe(after: try #require(got.last).number, limit: 2)
        bus.publish(.grant(.savedAtLast))
        #expect(numbers(await all(resumed, of: bus), since: start) == [3, 4] && !resumed.hasGap)
        #expect(numbers(await all(patient, of: bus), since: start) == [1, 2, 3])
    }

    @Test func `past events take no room in the buffer for new ones`() async {
        let bus = bus()
        let start = bus.lastNumber
        for _ in 0..<3 { bus.publish(.grant(.loggedOut)) }
        let subscription = bus.subscribe(after: start, limit: 1)
        bus.publish(.grant(.savedAtLast))
        #expect(numbers(await all(subscription, of: bus), since: start) == [1, 2, 3, 4])
    }

    @Test func `an unwanted event is neither delivered nor buffered`() async {
        let bus = bus()
        let start = bus.lastNumber
        bus.publish(.grant(.loggedOut), account: "mail")
        bus.publish(.grant(.loggedOut), account: "ads")
        let subscription = bus.subscribe(after: start, limit: 1) { $0.account == "ads" }
        for account in ["mail", "mail", "ads", "mail"] { bus.publish(.grant(.savedAtLast), account: account) }
        #expect(numbers(await all(subscription, of: bus), since: start) == [2, 5])
    }

    @Test func `a closed bus ends subscriptions after the published events, and still returns kept ones`() async {
        let bus = bus()
        let start = bus.lastNumber
        let before = bus.subscribe(limit: 9)
        bus.publish(.grant(.loggedOut))
        #expect(!bus.isClosed)
        bus.close()
        #expect(bus.isClosed)
        bus.publish(.grant(.savedAtLast))
        #expect(numbers(await all(before, of: bus), since: start) == [1])
        #expect(numbers(await all(bus.subscribe(after: start, limit: 1), of: bus), since: start) == [1, 2])
    }

    @Test func `a subscriber that leaves is forgotten`() async {
        let bus = bus()
        await withTaskGroup { group in
            let subscription = bus.subscribe(limit: 1)
            group.addTask { for await _ in subscription.events {} }
            group.cancelAll()
        }
        #expect(bus.subscriberCount == 0)
        let stays = bus.subscribe(limit: 1)
        #expect(bus.subscriberCount == 1)
        bus.publish(.grant(.loggedOut))
        bus.publish(.grant(.loggedOut))
        #expect(bus.subscriberCount == 0)
        _ = stays
    }
}

import Grants
import Synchronization
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(5))) struct EventFollowerTests {
    private let bus = EventBus(time: TestTime(clock: TestClock()), recentLimit: 4)

    /// Records the events that a follower has handled.
    private final class Notes: Sendable {
        private let notes = Mutex<[String]>([])
        var all: [String] { notes.withLock { $0 } }
        func add(_ note: String) { notes.withLock { $0.append(note) } }
    }

    private func publish(_ accounts: String...) {
        for account in accounts { bus.publish(.grant(.loggedOut), account: account) }
    }

    @Test func `a follower begins at its creation, and ends with the bus`() async {
        publish("early")
        let (follower, notes) = (EventFollower(bus), Notes())
        publish("a", "b")
        bus.close()
        await follower.run {
            notes.add($0.account ?? "")
        } gap: {
            notes.add("gap")
        }
        #expect(notes.all == ["a", "b"])
    }

    @Test func `a follower that was cut off continues with the remaining events, and is told of the gap`() async {
        let (follower, notes) = (EventFollower(bus, limit: 1), Notes())
        publish("a")
        await follower.run { event in
            notes.add(event.account ?? "")
            // While the first event is handled, more events arrive than the buffer of two and the bus can hold.
            if event.account == "a" { publish("b", "c", "d", "e", "f", "g", "h") }
            if event.account == "h" { bus.close() }
        } gap: {
            notes.add("gap")
        }
        #expect(notes.all == ["a", "b", "c", "gap", "e", "f", "g", "h"])
    }

    @Test func `a follower that was cut off loses no event that the bus still has`() async {
        let (follower, notes) = (EventFollower(bus, limit: 1), Notes())
        publish("a")
        await follower.run { event in
            notes.add(event.account ?? "")
            if event.account == "a" { publish("b", "c", "d", "e") }
            if event.account == "e" { bus.close() }
        } gap: {
            notes.add("gap")
        }
        #expect(notes.all == ["a", "b", "c", "d", "e"])
    }

    @Test func `only wanted events are handled`() async {
        let (follower, notes) = (EventFollower(bus) { $0.account != "b" }, Notes())
        publish("a", "b", "c")
        bus.close()
        await follower.run { notes.add($0.account ?? "") }
        #expect(notes.all == ["a", "c"])
    }

    @Test func `after a cancellation a follower can continue where it was`() async {
        let (follower, notes) = (EventFollower(bus), Notes())
        publish("a")
        await withTaskGroup { group in
            let (seen, tell) = AsyncStream.makeStream(of: Void.self)
            group.addTask {
                await follower.run {
                    notes.add($0.account ?? "")
                    tell.finish()
                }
            }
            for await _ in seen {}
            group.cancelAll()
        }
        publish("b")
        bus.close()
        publish("c")
        await follower.run {
            notes.add($0.account ?? "")
        } gap: {
            notes.add("gap")
        }
        #expect(notes.all == ["a", "b", "c"])
    }
}

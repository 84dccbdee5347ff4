import APIContract
import Failures
import FoundationEssentials
import Testing

@testable import Daemon
@testable import Grants

struct EventStreamTests {
    private static let failure = Failure(
        .serverError, said: "teapot", "short\nand stout", hint: "wait", at: Date(timeIntervalSince1970: 0))

    private func event(_ change: Event.Change, account: String?) -> Event {
        Event(number: 7, at: Date(timeIntervalSince1970: 1_800_000_000), account: account, change: change)
    }

    @Test func `an event has its number, its kind and one line of data`() throws {
        let text = EventStream.text(
            of: event(.grant(.refreshFailed(Self.failure, retryIn: .seconds(4), validFor: nil)), account: "ads"))
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 5 && lines[0] == "id: 7" && lines[1] == "event: refresh_failed")
        #expect(lines[3...] == ["", ""])
        let data = try ContractJSON.decode(EventReport.self, from: Data(lines[2].dropFirst("data: ".count).utf8))
        #expect(data.number == 7 && data.event == "refresh_failed" && data.account == "ads")
        #expect(data.message == "refresh failed" && data.fields?["detail"] == "short\nand stout")
        #expect(data.fields?["code"] == "teapot" && data.fields?["retry_in"] == "4")
    }

    @Test func `an event of the daemon names no account`() {
        let text = EventStream.text(of: event(.grant(.savedAtLast), account: nil))
        #expect(!text.contains("account") && !text.contains("fields"))
    }

    @Test func `events are counted by kind and by our own code`() async {
        let bus = EventBus(time: TestTime(clock: TestClock()))
        let counts = EventCounts(bus)
        bus.publish(.grant(.consentRequired(Self.failure)), account: "a")
        bus.publish(.grant(.consentRequired(Self.failure)), account: "b")
        bus.publish(.grant(.loggedOut), account: "b")
        bus.close()
        await counts.run()
        #expect(
            counts.all == [
                .init(event: "consent_required", code: "server_error"): 2, .init(event: "logged_out", code: nil): 1,
            ])
    }
}

import APIContract
import FoundationEssentials
import HTTPListener
import NIOCore

/// Streams events to one client of the socket.
struct EventStream: Sendable {
    let bus: EventBus
    let clock: any Clock<Duration>

    /// The number of events that may wait for a client that reads slowly; then it is cut off.
    static let limit = 200
    /// How often a client without events gets a comment, so that one that is gone is noticed.
    static let pause = Duration.seconds(15)

    /// Writes events until the client disconnects, is too slow, or the daemon stops.
    func write(to answer: HTTPAnswerStream, account: String?, after number: UInt64?) async throws {
        let subscription = bus.subscribe(after: number, limit: Self.limit) { event in
            account == nil || event.account == account
        }
        // Sends the head, so that the client knows that it is connected.
        try await answer.write(ByteBuffer(string: ": connected\n\n"))
        if subscription.hasGap, number != nil { try await answer.write(ByteBuffer(string: "event: gap\ndata: {}\n\n")) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await event in subscription.events {
                    try await answer.write(ByteBuffer(string: Self.text(of: event)))
                }
            }
            group.addTask {
                while true {
                    try await clock.sleep(for: Self.pause)
                    try await answer.write(ByteBuffer(string: ": still here\n\n"))
                }
            }
            try await group.next()
            group.cancelAll()
        }
    }

    static func text(of event: Event) -> String {
        let report = EventReport(event)
        let data = (try? ContractJSON.encode(report)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
        return "id: \(report.number)\nevent: \(report.event)\ndata: \(data)\n\n"
    }
}

extension EventReport {
    init(_ event: Event) {
        let facts = EventFacts(event.change)
        self.init(
            number: event.number, at: event.at, event: facts.name, account: event.account, message: facts.message,
            fields: facts.fields.isEmpty ? nil : facts.fields)
    }
}

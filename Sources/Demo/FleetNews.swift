import APIClient
import APIContract
import Console
import Dispatch

/// What the daemons of the hosts report, in the order in which it is received, and the seconds that pass meanwhile.
final class FleetNews: Sendable {
    enum Item: Sendable {
        case report(HostReport)
        case second
    }

    /// Never ends by itself; it has one consumer.
    let items: AsyncStream<Item>
    private let receiver: AsyncStream<Item>.Continuation

    /// The daemon sends a comment each 15 s.
    private static let silence = Duration.seconds(40)

    init() {
        (items, receiver) = AsyncStream.makeStream(of: Item.self)
    }

    /// Follows what this host's daemon reports, until it ends. Returns once it has answered: no later event is missed.
    func follow(_ host: DemoHost) async throws {
        let failure = await withCheckedContinuation { (connected: CheckedContinuation<ClientFailure?, Never>) in
            // The subscription blocks its thread.
            DispatchQueue(label: "valetkey.demo.events").async {
                let events: EventSubscription
                do throws(ClientFailure) {
                    events = try host.client.subscribe()
                } catch {
                    return connected.resume(returning: error)
                }
                connected.resume(returning: nil)
                self.receive(events, of: host.number)
            }
        }
        if let failure { throw DemoFailure.daemon(CommandFailure(failure).message) }
    }

    private func receive(_ events: EventSubscription, of host: Int) {
        while let reports = try? events.next(stop: -1, within: Self.silence) {
            let now = ContinuousClock.now
            for news in reports.compactMap(HostReport.News.init) {
                receiver.yield(.report(HostReport(host: host, news: news, at: now)))
            }
        }
        receiver.yield(.report(HostReport(host: host, news: .ended, at: .now)))
    }

    /// Reports the seconds until the task is cancelled.
    func countSeconds() async throws {
        while true {
            try await Task.sleep(for: .seconds(1))
            receiver.yield(.second)
        }
    }
}

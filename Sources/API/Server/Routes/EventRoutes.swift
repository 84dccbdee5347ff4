package import APIContract
import HTTPListener
import NIOHTTP1

/// What the query and the headers of `GET /events` ask for.
package struct EventQuery: Sendable, Hashable {
    /// Only events of this account; nil for all.
    package var account: String?
    /// Only events after this number, which the client has seen; nil for those from now on.
    package var after: UInt64?
}

/// The routes for those who watch the daemon.
extension Route {
    private static let eventsPermission = "events"

    /// Whether it streams events, those of all accounts where the query names none.
    var isEvents: Bool { permission == Self.eventsPermission }

    /// Streams what changes as server-sent events (WHATWG HTML section 9.2).
    package static func events(
        _ handler: @escaping @Sendable (RouteCall, EventQuery) async -> Result<Pieces, Problem>
    ) -> Route {
        let account = Parameter.text("account", upTo: 64, "Only the events of this account.")
        return Route(
            .GET, "/events", "Streams what changes, as server-sent events; Last-Event-ID resumes.",
            parameters: [account], streaming: "text/event-stream"
        ) { call async throws(Problem) in
            let last = call.headers.first(name: "last-event-id")
            guard last == nil || last.flatMap(UInt64.init) != nil else {
                throw .malformed("Last-Event-ID is the number of an event")
            }
            return try await handler(
                call, EventQuery(account: call.text(account), after: last.flatMap(UInt64.init))
            ).get()
        }.opened(by: eventsPermission)
    }

    /// Returns measurements in Prometheus's text format.
    package static func metrics(_ handler: @escaping @Sendable (RouteCall) -> String) -> Route {
        let mediaType = "text/plain; version=0.0.4; charset=utf-8"
        return Route(
            .GET, "/metrics", "Returns measurements for Prometheus.", contents: [Content(mediaType)]
        ) { call async throws(Problem) in
            HTTPAnswer(status: .ok, headers: HTTPAnswer.headers(mediaType), text: handler(call))
        }
    }
}

package import APIContract
import NIOHTTP1

/// The routes that start, follow, complete and cancel a consent.
extension Route {
    package static func startConsent(_ handler: @escaping InTaskOfBody<ConsentRequest, ConsentReport>) -> Route {
        Route(
            .POST, "/accounts/{account}/consent", "Starts a consent and returns what the user must open.",
            status: .created, inTask: handler)
    }

    package static func consent(
        _ handler: @escaping @Sendable (RouteCall, _ wait: Int) async throws(Problem) -> ConsentReport
    ) -> Route {
        let wait = Parameter.wait(default: 0)
        return Route(
            .GET, "/accounts/{account}/consent",
            "Returns the state of the consent, once it is over or the time to wait has passed.", parameters: [wait]
        ) { call async throws(Problem) in
            try await handler(call, call.seconds(wait))
        }
    }

    package static func cancelConsent(
        _ handler: @escaping @Sendable (RouteCall, _ leaves: Bool) async throws(Problem) -> ConsentReport
    ) -> Route {
        let leave = Parameter.flag(
            "leave", "Cancels only if every other caller that has started or joined the consent has left it.")
        return Route(
            .DELETE, "/accounts/{account}/consent", "Cancels the consent.", parameters: [leave]
        ) { call async throws(Problem) in
            try await handler(call, call.flag(leave))
        }
    }

    package static func takeRedirect(_ handler: @escaping InTaskOfBody<PastedRedirect, ConsentReport>) -> Route {
        Route(
            .POST, "/accounts/{account}/consent/redirect",
            "Accepts the pasted redirect of a consent whose browser can't reach this machine.", inTask: handler)
    }
}

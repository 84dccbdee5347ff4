package import APIContract
import NIOHTTP1

/// The routes of accounts, except for tokens and consents.
extension Route {
    package static func accounts(_ handler: @escaping Immediate<AccountList>) -> Route {
        Route(.GET, "/accounts", "Returns the state of all accounts.", immediately: handler)
    }

    package static func account(_ handler: @escaping Immediate<AccountReport>) -> Route {
        Route(.GET, "/accounts/{account}", "Returns the state of an account.", immediately: handler)
    }

    package static func readers(_ handler: @escaping Immediate<ReaderList>) -> Route {
        Route(
            .GET, "/accounts/{account}/readers", "Returns who has read the token since the daemon started.",
            immediately: handler)
    }

    package static func refresh(
        _ handler: @escaping @Sendable (RouteCall, _ wait: Int) async throws(Problem) -> AccountReport
    ) -> Route {
        let wait = Parameter.wait(default: 30)
        return Route(
            .POST, "/accounts/{account}/refresh", "Refreshes the access token now.", parameters: [wait]
        ) { call async throws(Problem) in
            try await handler(call, call.seconds(wait))
        }
    }

    package static func take(_ handler: @escaping InTask<AccountReport>) -> Route {
        Route(
            .POST, "/accounts/{account}/take",
            "Lets this host take over the refresh of a shared grant that another host has begun.", inTask: handler)
    }

    package static func logout(_ handler: @escaping InTask<AccountReport>) -> Route {
        Route(
            .DELETE, "/accounts/{account}/grant", "Forgets the grant, and revokes it at the authorization server.",
            inTask: handler)
    }

    package static func proof(_ handler: @escaping InTaskOfBody<ProofRequest, ProofAnswer>) -> Route {
        Route(
            .POST, "/accounts/{account}/dpop", "Makes a proof of possession for one request (RFC 9449).",
            inTask: handler
        ).opened(by: "dpop")
    }
}

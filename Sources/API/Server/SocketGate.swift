import APIContract
import Failures
package import Glibc
import NIOHTTP1
import Text

/// What an extra socket (`[sockets.NAME]`) lets its callers do. It takes the place of the routes' own rules there.
///
/// Nothing on such a socket tells what else there is: an account that it doesn't have is answered like one that doesn't
/// exist, and a route that it doesn't have like a path without one.
package struct SocketGate: Sendable, Hashable {
    /// Whose processes may call.
    package enum Peers: Sendable, Hashable {
        /// Only the daemon's own user.
        case own
        case users(Set<uid_t>)
        /// Everybody who can connect, by the socket's mode, group and folder.
        case reachable
    }

    /// Accounts, and tokens of accounts as `ACCOUNT/TOKEN`.
    package let accounts: Set<String>
    /// The permissions of routes (`Route.permission`) besides that of `/health`.
    package let permissions: Set<String>
    package let peers: Peers
    /// The longest wait for an answer, in seconds.
    package let wait: Int

    package init(accounts: Set<String>, permissions: Set<String>, peers: Peers, wait: Int) {
        self.accounts = accounts
        self.permissions = permissions
        self.peers = peers
        self.wait = wait
    }

    /// The query parameters that a caller may use: none of them starts anything on the caller's word only.
    private static let parameters = ["min_ttl", "wait", "customer_id", "customer_account_id"]

    func admits(_ caller: Caller) -> Bool {
        switch peers {
        case .own: caller.user == geteuid()
        case .users(let users): users.contains(caller.user) || caller.user == geteuid()
        case .reachable: true
        }
    }

    /// Checks a request that may match a route.
    func check(_ finding: RouteTable.Finding, _ method: HTTPMethod) throws(Problem) -> (Route, names: [String]) {
        guard case .route(let route, let names) = finding, route.isHealth || isAllowed(route) else {
            throw method == .GET || method == .HEAD ? .nothingThere : .changesNothing
        }
        if let name = names.first {
            guard accounts.contains(names.joined(separator: "/")) else { throw .notOnSocket(name) }
        }
        return (route, names)
    }

    /// Whether the socket has this token, for a reader that doesn't ask by HTTP.
    package func opensToken(_ account: String, token: String?) -> Bool {
        permissions.contains("token") && accounts.contains(token.map { "\(account)/\($0)" } ?? account)
    }

    func check(_ values: ParameterValues, of route: Route) throws(Problem) {
        if route.isEvents {
            guard case .text(let account) = values["account"] else { throw .accountMissing }
            guard accounts.contains(account) else { throw .notOnSocket(account) }
            return
        }
        for name in values.names where !Self.parameters.contains(name) { throw .parameterOff(name) }
    }

    private func isAllowed(_ route: Route) -> Bool {
        route.permission.map(permissions.contains) ?? false
    }
}

extension Problem {
    fileprivate static let changesNothing = Problem(
        .forbidden, "this socket only reads",
        hint: "ask on the user's main socket")

    fileprivate static let accountMissing = Problem(
        .forbidden, "this socket has no events of all accounts", hint: "name one of its accounts with ?account=")

    fileprivate static func parameterOff(_ name: String) -> Problem {
        Problem(.forbidden, "\(UntrustedText.clean(name, limit: 40)) is off on this socket", hint: "leave it out")
    }

    fileprivate static func notOnSocket(_ name: String) -> Problem {
        Problem(
            .noSuchAccount, "this socket has no account \"\(UntrustedText.clean(name, limit: 64))\"",
            hint: "the accounts of a socket are in its table [sockets.NAME]")
    }
}

import Accounts
import DequeModule
package import Failures

/// The refreshes at each authorization server, and their queues.
extension GrantBook {
    /// An authorization server with refreshes under way.
    struct Server: Sendable {
        var inFlight = 0
        var queue = Deque<RefreshPost>()
    }

    /// How many refreshes may be under way at one authorization server.
    package static let refreshesInFlight = 4

    /// How many tokens a grant may have that the configuration doesn't name.
    package static let mostUnconfiguredTokens = FurtherTokens.mostUnconfigured

    mutating func post(_ order: RefreshOrder, of name: String, now: Moment) {
        guard stage == .running, let settings = accounts[name]?.value.settings else { return }
        let post = RefreshPost(order: order, settings: settings)
        // The validation of an id_token uses no refresh token.
        if order.grant.unjudged == nil, let key = shareKey(name) {
            return share(key, now: now) { $0.want(post, at: $1) }
        }
        flights[name, default: []].append(post)
        guard servers[post.server]?.inFlight ?? 0 < Self.refreshesInFlight else {
            servers[post.server]?.queue.append(post)
            return
        }
        servers[post.server, default: Server()].inFlight += 1
        act(.post(post))
    }

    package mutating func refreshEnded(_ outcome: RefreshOutcome, of post: RefreshPost, now: Moment) -> [BookAction] {
        event(now: now) { book in
            book.flightEnded(post)
            book.giveBackSlot(of: post.server, now: now)
            if let key = book.shareKey(of: post) {
                return book.share(key, now: now) { $0.postEnded(outcome, of: post, at: $1) }
            }
            book.happen(to: post.account, sent: post.settings, now: now) {
                $0.refreshEnded(outcome, of: post.order, now: now)
            }
        }
    }

    package mutating func revokeEnded(_ failure: Failure?, account: String, now: Moment) -> [BookAction] {
        event(now: now) { book in
            book.revocations -= 1
            book.happen(to: account, now: now) { $0.revokeEnded(failure) }
        }
    }

    /// Drops the account's refreshes that haven't been sent yet, because it was logged out, removed or given another
    /// grant.
    mutating func dropQueuedPosts(of name: String) {
        if flights[name] != nil { dropQueuedPosts { $0.account == name } }
    }

    mutating func dropQueuedPosts(where isDropped: (RefreshPost) -> Bool) {
        for server in servers.keys {
            for post in servers[server]?.queue.filter(isDropped) ?? [] { flightEnded(post) }
            servers[server]?.queue.removeAll(where: isDropped)
        }
    }

    private mutating func flightEnded(_ post: RefreshPost) {
        flights[post.account]?.removeAll { $0.order.version == post.order.version }
        if flights[post.account]?.isEmpty == true { flights[post.account] = nil }
    }

    /// Gives a shared account a slot, or a place in the queue for one.
    mutating func take(slotFor post: RefreshPost, _ key: ShareKey, now: Moment) {
        flights[post.account, default: []].append(post)
        guard servers[post.server]?.inFlight ?? 0 < Self.refreshesInFlight else {
            servers[post.server]?.queue.append(post)
            return
        }
        servers[post.server, default: Server()].inFlight += 1
        share(key, now: now) { $0.turn(at: $1) }
    }

    /// Gives back a shared account's slot, or its place in the queue.
    mutating func leave(_ post: RefreshPost, now: Moment) {
        guard flights[post.account]?.contains(post) == true else { return }
        flightEnded(post)
        if let index = servers[post.server]?.queue.firstIndex(of: post) {
            servers[post.server]?.queue.remove(at: index)
        } else {
            giveBackSlot(of: post.server, now: now)
        }
    }

    /// Passes the slot of a refresh that has ended to the next refresh in the queue.
    private mutating func giveBackSlot(of server: String, now: Moment) {
        if let next = servers[server]?.queue.popFirst() {
            guard next.order.grant.unjudged == nil, isShared(next.settings), let key = shareKey(of: next) else {
                return act(.post(next))
            }
            return share(key, now: now) { $0.turn(at: $1) }
        }
        servers[server]?.inFlight -= 1
        if servers[server]?.inFlight == 0 { servers[server] = nil }
    }
}

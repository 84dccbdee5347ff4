import Accounts
import Failures
import OAuth
import TestStores
import Text

@testable import Grants

/// A book for tests, with a clock, numbers for callers and readers, and the alarm apart from the other actions.
struct BookLab {
    var book = GrantBook(seed: 1)
    var now = start
    var lastID: UInt64 = 0
    /// The instant of the last `wake(at:)` action.
    private(set) var alarm: Instant?
    private(set) var alarms = 0

    /// Passes an event to the book, and returns its actions without the alarm.
    mutating func happen(_ event: (inout GrantBook, Moment) -> [BookAction]) -> [BookAction] {
        event(&book, now).filter { action in
            guard case .wake(let instant) = action else { return true }
            alarm = instant
            alarms += 1
            return false
        }
    }

    mutating func call() -> CallID {
        lastID += 1
        return CallID(number: lastID)
    }

    /// The number that the next caller or reader will get.
    var next: UInt64 { lastID + 1 }

    mutating func configure(_ settings: [AccountSettings], keys: [String: Secret] = [:]) -> [BookAction] {
        let (id, named) = (call(), Dictionary(uniqueKeysWithValues: settings.map { ($0.name, $0) }))
        return happen { $0.configure(named, keys: keys, call: id, now: $1) }
    }

    mutating func store(_ reply: StoreReply) -> [BookAction] { happen { $0.storeEnded(reply, now: $1) } }

    mutating func loaded(_ kept: KeptGrant?, _ revision: String = "1") -> [BookAction] {
        store(.loaded(kept.map { StoredGrant($0, revision: Revision(revision)) }))
    }

    mutating func saved(_ revision: String) -> [BookAction] { store(.saved(.saved(Revision(revision)))) }

    mutating func read(_ name: String, _ need: ReaderNeed = ReaderNeed(), wait: Duration = .seconds(30)) -> [BookAction]
    {
        let id = ReaderID(number: call().number)
        return happen { $0.read(TokenKey(account: name), need, id: id, deadline: $1.instant + wait, now: $1) }
    }

    mutating func refreshNow(_ name: String, wait: Duration = .seconds(30)) -> [BookAction] {
        let id = ReaderID(number: call().number)
        return happen { $0.refreshNow(name, id: id, deadline: $1.instant + wait, now: $1) }
    }

    mutating func consent(_ settings: AccountSettings, _ grant: Grant = .example("9", refresh: "r9")) -> [BookAction] {
        let id = call()
        return happen { $0.consented(grant, settings: settings, call: id, now: $1) }
    }

    mutating func logout(_ name: String) -> [BookAction] {
        let id = call()
        return happen { $0.logout(name, call: id, now: $1) }
    }

    mutating func refreshed(_ post: RefreshPost, _ name: String = "2", refresh: String? = "r2") -> [BookAction] {
        let sent = now
        return happen { $0.refreshEnded(.granted(.example(name, refresh: refresh), sent: sent), of: post, now: $1) }
    }

    mutating func failed(_ post: RefreshPost, _ code: FailureCode = .network) -> [BookAction] {
        happen { $0.refreshEnded(.failed(code), of: post, now: $1) }
    }

    mutating func wake() -> [BookAction] { happen { $0.wake(now: $1) } }

    func machine(_ name: String) -> GrantMachine? { book.account(name)?.machine }
    func place(_ name: String) -> Place { book.place(of: name) }
    func published(_ name: String) -> BookAction { .publish(machine(name)?.published, of: TokenKey(account: name)) }
}

extension BookLab {
    /// A book with these accounts, each of which has a stored grant that is valid for an hour.
    static func active(_ settings: AccountSettings...) -> BookLab {
        var lab = BookLab()
        _ = lab.configure(settings)
        for account in settings.sorted(by: { $0.name < $1.name }) { _ = lab.loaded(.kept(account)) }
        return lab
    }

    /// A book in which a reader has started a refresh of the account `a`.
    static func refreshing(_ settings: AccountSettings...) -> (lab: BookLab, post: RefreshPost) {
        var lab = BookLab()
        _ = lab.configure(settings)
        for account in settings.sorted(by: { $0.name < $1.name }) { _ = lab.loaded(.kept(account)) }
        let actions = lab.refreshNow("a")
        return (lab, actions.posts.first ?? RefreshPost(order: .init(version: 0, grant: .example()), settings: .a))
    }
}

extension AccountSettings {
    static func example(
        _ name: String = "a", client: String = "c", host: String = "as.example", flow: GrantFlow = .code,
        lead: Duration? = nil, provesPossession: Bool = false, scope: Scope = Scope(["mail", "offline_access"])
    ) -> AccountSettings {
        do {
            return AccountSettings(
                name: name, client: Client(id: client), flow: flow,
                endpoints: Endpoints(token: try EndpointURL("https://\(host)/token")), scope: scope,
                redirectURI: try RedirectURI("http://127.0.0.1/"), provesPossession: provesPossession,
                refreshBeforeExpiry: lead)
        } catch {
            preconditionFailure("\(error)")
        }
    }

    static let a = example("a")
    static let b = example("b")
}

extension KeptGrant {
    static func kept(_ settings: AccountSettings, _ grant: Grant = .example()) -> KeptGrant {
        var grant = grant
        grant.isOwn = settings.flow == .clientCredentials
        return KeptGrant(grant: grant, binding: GrantBinding(settings))
    }
}

extension [BookAction] {
    var posts: [RefreshPost] {
        compactMap { if case .post(let post) = $0 { post } else { nil } }
    }

    var calls: [StoreCall] {
        compactMap { if case .store(let call) = $0 { call } else { nil } }
    }

    var answers: [ReaderAnswer] {
        flatMap { action -> [ReaderAnswer] in
            guard case .answer(let ids, let answer) = action else { return [] }
            return ids.map { _ in answer }
        }
    }

    var events: [GrantEvent] {
        compactMap { if case .tell(_, let event) = $0 { event } else { nil } }
    }

    var revocations: [LateRevocation] {
        compactMap { if case .revoke(let revocation) = $0 { revocation } else { nil } }
    }

    var configured: [ConfigurationChange] {
        compactMap { if case .configured(_, let change) = $0 { change } else { nil } }
    }

    var consented: [GrantBook.ConsentOutcome] {
        compactMap { if case .consented(_, let outcome) = $0 { outcome } else { nil } }
    }

    var loggedOut: [GrantBook.LogoutOutcome] {
        compactMap { if case .loggedOut(_, let outcome) = $0 { outcome } else { nil } }
    }

    var publishedTokens: [Secret?] {
        flatMap { action -> [Secret?] in
            guard case .publish(let token, _) = action else { return [] }
            return [token?.accessToken]
        }
    }

    var isDrained: Bool { contains { if case .drained = $0 { true } else { false } } }
}

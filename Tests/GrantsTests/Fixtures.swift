import Accounts
import Failures
import FoundationEssentials
import OAuth
import Text

@testable import Grants

let start = Moment(instant: Instant(nanoseconds: 5_000_000_000), wall: Date(timeIntervalSince1970: 1_700_000_000))

extension IssuedTokens {
    static func example(
        _ name: String = "1", expiresIn: Duration? = .seconds(3600), refresh: String? = "r1", scope: Scope? = nil
    ) -> IssuedTokens {
        IssuedTokens(
            accessToken: Secret("a\(name)"), expiresIn: expiresIn, refreshToken: refresh.map { Secret($0) },
            scope: scope)
    }
}

extension Grant {
    static func example(
        _ name: String = "1", lifetime: Duration? = .seconds(3600), refresh: String? = "r1"
    ) -> Grant {
        Grant(
            .example(name, expiresIn: lifetime, refresh: refresh), requestedScope: Scope(["mail", "offline_access"]),
            sent: start)
    }
}

extension GrantMachine {
    /// A machine that is still loading.
    static var loading: GrantMachine { GrantMachine(account: "demo", policy: RefreshPolicy(), jitter: Jitter(seed: 7)) }

    /// A machine without a grant.
    static var empty: GrantMachine {
        var machine = loading
        _ = machine.loadEnded(nil, now: start)
        return machine
    }

    /// A machine with a token that is valid for an hour from `start`.
    static func active(_ grant: Grant = .example()) -> GrantMachine {
        var machine = loading
        _ = machine.loadEnded(grant, now: start)
        return machine
    }

    /// A machine with a refresh under way, which a reader has started.
    static func refreshing() -> (machine: GrantMachine, order: RefreshOrder, reader: ReaderID) {
        var machine = active()
        let reader = ReaderID(number: 1)
        let actions = machine.read(
            ReaderNeed(newerThan: machine.published?.version), id: reader, deadline: start.instant + .seconds(30),
            now: start)
        return (machine, actions.order ?? RefreshOrder(version: 0, grant: .example()), reader)
    }
}

extension [GrantAction] {
    var order: RefreshOrder? {
        for case .post(let order) in self { return order }
        return nil
    }

    var saved: (grant: Grant, version: UInt64)? {
        for case .save(let grant, let version) in self { return (grant, version) }
        return nil
    }

    var answers: [(ids: [ReaderID], answer: ReaderAnswer)] {
        compactMap { if case .answer(let ids, let answer) = $0 { (ids, answer) } else { nil } }
    }

    var publishes: Bool {
        contains { if case .publish = $0 { true } else { false } }
    }
}

extension RefreshOutcome {
    /// A failure that says nothing about whether the grant is valid.
    static func failed(
        _ code: FailureCode, _ detail: String = "", hint: String? = nil, retryAfter: Duration? = nil
    ) -> RefreshOutcome {
        .failed(Failure(code, detail, hint: hint, retryAfter: retryAfter, at: start.wall))
    }

    /// The refusal of a request for the account `demo` by the authorization server.
    static func refused(_ word: String) -> RefreshOutcome {
        .failed(Failure(OAuthError(word), account: "demo", at: start.wall))
    }
}

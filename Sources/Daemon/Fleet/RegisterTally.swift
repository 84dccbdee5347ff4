import Failures
import Grants
import Register

/// Counts the requests for shared grants to the register, and tells when it is lost and found again.
struct RegisterTally: Sendable, Equatable {
    /// How a request ended.
    enum Result: String, Sendable, CaseIterable {
        case answered, unreachable, denied, full
    }

    private(set) var requests: [Result: Int] = [:]
    /// The claims of this process: how many the register took, and how often another host's write came first.
    private(set) var won = 0
    private(set) var lost = 0
    /// Whether the newest request was answered; nil before the first has ended.
    var isReachable: Bool? { requests.isEmpty ? nil : lostAt == nil }

    private var lostAt: Instant?
    private var answeredAt: Instant?
    /// The newest counted claim of each account.
    private var claims: [ShareKey: String] = [:]
    /// Identifies this process in claims.
    private let run: String

    init(run: String) {
        self.run = run
    }

    /// Notes the end of a request that was sent at `sent`.
    mutating func note(_ reply: RegisterReply, to call: RegisterCall, sent: Instant, now: Moment) -> StoreEvent? {
        guard case .failed(let failure) = reply else {
            requests[.answered, default: 0] += 1
            count(reply, to: call)
            answeredAt = now.instant
            defer { lostAt = nil }
            return lostAt.map { .reachable(after: now.instant - $0) }
        }
        requests[Result(failure.kind), default: 0] += 1
        // Another request was answered while this one was under way.
        if let answeredAt, answeredAt > sent { return nil }
        guard lostAt == nil else { return nil }
        lostAt = now.instant
        return .unreachable(
            Failure(.storeUnreachable, "\(failure)", hint: "check: valetkey store status", at: now.wall))
    }

    private mutating func count(_ reply: RegisterReply, to call: RegisterCall) {
        guard case .write(let record, _) = call.request, let claim = record.claim, claim.run == run,
            claims[call.key] != claim.id
        else { return }
        claims[call.key] = claim.id
        if case .written = reply { won += 1 } else { lost += 1 }
    }
}

extension RegisterTally.Result {
    init(_ kind: RegisterFailure.Kind) {
        self =
            switch kind {
            case .unreachable: .unreachable
            case .denied: .denied
            case .full: .full
            }
    }
}

/// The result of one check: what was looked at, what was found, and the one thing that mends it. It holds no secret.
package struct Diagnosis: Codable, Sendable, Equatable {
    package enum State: String, Codable, Sendable, CaseIterable {
        case ok
        /// Nothing is broken yet, or only perhaps.
        case warning
        case wrong
        /// It couldn't be looked at.
        case unknown
    }

    /// A stable word for the check, such as `clock`.
    package var check: String
    /// The account that it is about; nil if it is about all.
    package var account: String?
    package var lookedAt: String
    package var state: State
    package var found: String
    /// A command, or else what to do; nil unless something is wrong.
    package var remedy: String?

    package init(
        _ check: String, _ state: State, account: String? = nil, lookedAt: String, found: String, remedy: String? = nil
    ) {
        self.check = check
        self.account = account
        self.lookedAt = lookedAt
        self.state = state
        self.found = found
        self.remedy = remedy
    }

    static func unknown(_ check: String, _ lookedAt: String, _ reason: String, account: String? = nil) -> Diagnosis {
        Diagnosis(check, .unknown, account: account, lookedAt: lookedAt, found: "couldn't be looked at: \(reason)")
    }
}

/// The JSON output of `valetkey doctor`.
package struct DoctorReport: Codable, Sendable, Equatable {
    package var version: String
    package var checks: [Diagnosis]

    package init(version: String, checks: [Diagnosis]) {
        self.version = version
        self.checks = checks
    }

    package var isHealthy: Bool { !checks.contains { $0.state == .wrong } }
}

/// A fact about the machine, or why it couldn't be had.
package enum Observed<Value: Sendable>: Sendable {
    case seen(Value)
    case unseen(String)

    package var value: Value? {
        if case .seen(let value) = self { value } else { nil }
    }

    /// Why it wasn't seen.
    package var unseenReason: String? {
        if case .unseen(let reason) = self { reason } else { nil }
    }
}

extension Observed: Equatable where Value: Equatable {}

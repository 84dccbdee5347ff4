import Accounts
package import Register

/// The allowance of token requests of a shared grant, which all hosts take from: a token bucket by the engine's clock.
package struct SharedAllowance: Sendable, Hashable {
    package var left: Double
    package var counted: EngineInstant

    package init(left: Double, counted: EngineInstant) {
        self.left = left
        self.counted = counted
    }

    /// The allowance at this time of the engine, after what it has regained.
    func regained(at time: EngineInstant, of allowed: RequestAllowance) -> SharedAllowance {
        let passed = max(.zero, time - counted)
        return SharedAllowance(left: min(Double(allowed.burst), left + passed / allowed.refill), counted: time)
    }

    /// The time until the next request is allowed; nil if one is.
    func wait(for allowed: RequestAllowance) -> Duration? {
        left >= 1 ? nil : max(allowed.refill * (1 - left), .milliseconds(1))
    }
}

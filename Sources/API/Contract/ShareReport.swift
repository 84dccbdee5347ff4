package import FoundationEssentials

/// What is known of a grant that several hosts share.
package struct ShareReport: Codable, Sendable, Equatable {
    /// A host's claim on the refresh.
    package struct Claim: Codable, Sendable, Equatable {
        /// The host's name, as it has stated it.
        package var host: String
        package var since: Date
        /// Whether it is this host's.
        package var own: Bool
        /// Whether the host should have published its result by now.
        package var inDoubt: Bool
        /// When this host takes it over.
        package var takenOverAt: Date?

        package init(host: String, since: Date, own: Bool, inDoubt: Bool, takenOverAt: Date? = nil) {
            self.host = host
            self.since = since
            self.own = own
            self.inDoubt = inDoubt
            self.takenOverAt = takenOverAt
        }
    }

    /// The name of the host that refreshed last, as it has stated it.
    package var host: String
    /// How many consents and logouts there were, and refreshes since.
    package var era: UInt64
    package var generation: UInt64
    package var claim: Claim?
    /// Since when the shared store hasn't answered.
    package var unreachableSince: Date?
    /// Why the shared store can't be used.
    package var problem: FailureReport?
    /// Whether the shared store doesn't have this host's newest grant yet.
    package var unpublished: Bool

    package init(
        host: String, era: UInt64, generation: UInt64, claim: Claim? = nil, unreachableSince: Date? = nil,
        problem: FailureReport? = nil, unpublished: Bool = false
    ) {
        self.host = host
        self.era = era
        self.generation = generation
        self.claim = claim
        self.unreachableSince = unreachableSince
        self.problem = problem
        self.unpublished = unpublished
    }
}

extension ShareReport: ContractType {
    package static let schema = ObjectSchema(
        "Share", "What is known of a grant that several hosts share.",
        [
            .always("host", .string, "The name of the host that refreshed last."),
            .always("era", .integer, "How many consents and logouts there were."),
            .always("generation", .integer, "How many refreshes there were since."),
            .maybe("claim", .object(Claim.schema), "The refresh that a host has begun."),
            .maybe("unreachable_since", .date, "Since when the shared store hasn't answered."),
            .maybe("problem", .object(FailureReport.schema), "Why the shared store can't be used."),
            .always("unpublished", .boolean, "True while the shared store lacks this host's newest grant."),
        ])
}

extension ShareReport.Claim: ContractType {
    package static let schema = ObjectSchema(
        "Claim", "A host's claim on the refresh of a shared grant.",
        [
            .always("host", .string),
            .always("since", .date),
            .always("own", .boolean, "Whether it is this host's."),
            .always("in_doubt", .boolean, "Whether its result should have been published by now."),
            .maybe("taken_over_at", .date, "When this host takes it over."),
        ])
}

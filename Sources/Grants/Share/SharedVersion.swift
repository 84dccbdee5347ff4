/// The version of a shared grant: a consent or a logout raises the era, a refresh the generation.
package struct SharedVersion: Sendable, Hashable, Comparable {
    package var era: UInt64
    package var generation: UInt64

    package init(era: UInt64, generation: UInt64) {
        self.era = era
        self.generation = generation
    }

    /// The version of a grant that no host has shared yet.
    package static let none = SharedVersion(era: 0, generation: 0)

    package static func < (left: SharedVersion, right: SharedVersion) -> Bool {
        left.era == right.era ? left.generation < right.generation : left.era < right.era
    }

    /// The version after a refresh.
    package var refreshed: SharedVersion { SharedVersion(era: era, generation: generation + 1) }

    /// The version after a consent or a logout.
    package var ended: SharedVersion { SharedVersion(era: era + 1, generation: 0) }
}

/// Identifies the content of a shared grant. Every host keeps it with the grant in its own store, so that it can tell
/// after a restart whether it or the register holds the newer one.
package struct SharedStamp: Sendable, Hashable {
    package var version: SharedVersion
    /// Differs between two contents of one version, which exist if two hosts consented at the same time or the register
    /// was set back.
    package var id: String
    /// Identifies the consent that the grant comes from; empty after a logout.
    package var consent: String

    package init(version: SharedVersion, id: String, consent: String) {
        self.version = version
        self.id = id
        self.consent = consent
    }

    /// Whether the account was logged out, so that this is the stamp of a tombstone.
    package var isEnded: Bool { consent.isEmpty }

    /// Whether the register must be raised to this one. Of a grant and a logout of one version, the logout counts.
    package func isAbove(_ other: SharedStamp?) -> Bool {
        guard let other, version == other.version else { return version > other?.version ?? .none }
        return isEnded && !other.isEnded
    }
}

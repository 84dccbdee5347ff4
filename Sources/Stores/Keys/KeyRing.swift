package import Files

/// The sealing keys in memory, and how one is exchanged for another so that a crash at any moment loses no grant:
///
///     step           slot `next`         slot `current`   grants sealed with
///     ─────────────  ──────────────────  ───────────────  ──────────────────
///     at rest        empty               old              old
///     begun          new, then all old   old              old
///     resealing      new, then all old   old              old or new
///     completed      empty               new              new
///
/// Where `next` isn't empty, an exchange was begun and is to be completed.
package struct KeyRing: Sendable, Equatable {
    /// The first one seals.
    package let keys: [SealingKey]
    /// Whether grants may be sealed with another key than the first.
    package let isMixed: Bool

    /// Keys that aren't exchanged by this program.
    package init(fixed keys: [SealingKey]) { self.init(keys: keys, isMixed: keys.count > 1) }

    private init(keys: [SealingKey], isMixed: Bool) {
        self.keys = keys
        self.isMixed = isMixed
    }

    /// Reads the keys, or makes the first one. `others` are keys of other places, which only open.
    ///
    /// - Throws: `KeyFault`, also where there are grants but no key: a new one would make them unreadable.
    package static func open(
        _ place: some KeyPlace, others: [SealingKey] = [], state: PrivateFolder
    ) async throws(KeyFault) -> KeyRing {
        if let keys = try await place.read(.next) { return KeyRing(keys: keys + others, isMixed: true) }
        if let keys = try await place.read(.current) { return KeyRing(keys: keys + others, isMixed: !others.isEmpty) }
        if state.mayHoldGrants, others.isEmpty { throw .missing }
        let keys = [SealingKey.make()]
        try await place.write(keys, to: .current)
        return KeyRing(keys: keys + others, isMixed: !others.isEmpty)
    }

    /// A ring whose first key is new, and in its place before anything is sealed with it.
    package func addingKey(in place: some KeyPlace) async throws(KeyFault) -> KeyRing {
        let keys = [SealingKey.make()] + keys
        try await place.write(keys, to: .next)
        return KeyRing(keys: keys, isMixed: true)
    }

    /// A ring of only the first key; called once everything is sealed with it.
    package func completed(in place: some KeyPlace) async throws(KeyFault) -> KeyRing {
        let keys = Array(keys.prefix(1))
        try await place.write(keys, to: .current)
        try await place.clear(.next)
        return KeyRing(keys: keys, isMixed: false)
    }
}

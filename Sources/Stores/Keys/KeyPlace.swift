package import Files

/// Where the sealing key is kept. A slot holds a list of keys: the first one seals, the others only open.
package protocol KeyPlace: Sendable {
    /// nil where the slot is empty.
    func read(_ slot: KeySlot) async throws(KeyFault) -> [SealingKey]?
    /// Returns once the keys are certain to be found again.
    func write(_ keys: [SealingKey], to slot: KeySlot) async throws(KeyFault)
    func clear(_ slot: KeySlot) async throws(KeyFault)
}

package enum KeySlot: String, Sendable, CaseIterable {
    case current
    /// Taken while one key is exchanged for another. Then it counts, and has the keys of `current` too.
    case next
}

/// Why the sealing key isn't there.
package enum KeyFault: Error, Sendable, Hashable {
    case storage(StorageFault)
    /// The key's place is locked or doesn't answer.
    case unavailable(reason: String, hint: String)
    /// There are grants, but no key.
    case missing
    case wrongPassphrase
    /// No passphrase was ever set.
    case noPassphrase
}

import CLinux

/// Keeps a secret in memory that is never written to swap, as far as the limit on locked memory allows (RLIMIT_MEMLOCK).
/// For secrets that live as long as the daemon.
@propertyWrapper
package struct Locked: Sendable, Equatable {
    private var octets: LockedOctets?

    package init(wrappedValue: Secret?) {
        octets = wrappedValue.map { LockedOctets($0.expose().utf8) }
    }

    package var wrappedValue: Secret? {
        get { octets.map { octets in Secret(unsafe octets.withBytes { unsafe String(decoding: $0, as: UTF8.self) }) } }
        set { octets = newValue.map { LockedOctets($0.expose().utf8) } }
    }
}

/// Octets in such memory, which is cleared when their last owner lets go.
@safe package final class LockedOctets: Sendable, Equatable {
    // Nothing writes to it after the initializer.
    nonisolated(unsafe) private let bytes: UnsafeRawBufferPointer

    package init(_ octets: some Collection<UInt8>) {
        let count = octets.count
        // As Swift's own allocations do: nothing of this program works without memory.
        guard let block = unsafe shim_take_locked(UInt(count)) else { fatalError("out of memory") }
        let copy = unsafe UnsafeMutableRawBufferPointer(start: block, count: count)
        unsafe copy.copyBytes(from: octets)
        unsafe bytes = UnsafeRawBufferPointer(copy)
    }

    deinit {
        unsafe shim_give_back_locked(UnsafeMutableRawPointer(mutating: bytes.baseAddress), UInt(bytes.count))
    }

    /// The octets, which must not be copied to where they stay.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result { unsafe body(bytes) }

    /// Compares in a time that doesn't depend on where the octets differ.
    package static func == (one: LockedOctets, other: LockedOctets) -> Bool {
        guard unsafe one.bytes.count == other.bytes.count else { return false }
        var difference: UInt8 = 0
        for index in unsafe one.bytes.indices { unsafe difference |= one.bytes[index] ^ other.bytes[index] }
        return difference == 0
    }
}

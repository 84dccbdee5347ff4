/// Why a register has given no answer. No failure says anything about the value.
package struct RegisterFailure: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        /// No member of the engine gave an answer that could be understood. `mayBeApplied` is false if a write was
        /// certainly not performed and never will be; it is false for reads.
        case unreachable(mayBeApplied: Bool)
        /// The engine doesn't allow this user, certificate or password to do it. A write was not performed.
        case denied
        /// The engine has no space left, or its limit on requests is reached. A write was not performed.
        case full
    }

    package var kind: Kind
    /// For people, and untrusted: it may contain what the engine said.
    package var detail: String

    package init(_ kind: Kind, _ detail: String) {
        self.kind = kind
        self.detail = detail
    }

    /// Whether a write that ended so may have been performed all the same.
    package var mayBeApplied: Bool { kind == .unreachable(mayBeApplied: true) }

    package var description: String { detail }
}

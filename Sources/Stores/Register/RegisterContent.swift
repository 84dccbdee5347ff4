/// Identifies one write to a register. A later write has a higher number, as long as the engine isn't set back.
package struct RegisterRevision: Sendable, Hashable, Comparable {
    package let number: Int64

    package init(_ number: Int64) {
        self.number = number
    }

    /// The revision of a name that has no value.
    package static let absent = RegisterRevision(0)

    package static func < (left: RegisterRevision, right: RegisterRevision) -> Bool { left.number < right.number }
}

/// The value of a name and the write that it comes from. `value` is nil and `revision` is `.absent` where there is none.
package struct RegisterContent: Sendable, Hashable {
    package var value: [UInt8]?
    package var revision: RegisterRevision

    package init(_ value: [UInt8], revision: RegisterRevision) {
        self.value = value
        self.revision = revision
    }

    private init() {
        revision = .absent
    }

    package static let absent = RegisterContent()
}

/// A value that never shows itself: printing, interpolating, dumping or logging it yields a placeholder.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let value: String

    package init(_ value: String) {
        self.value = value
    }

    /// The value itself, for the one place that has to send or store it.
    package func expose() -> String { value }

    package var isEmpty: Bool { value.isEmpty }

    package var description: String { "<secret>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }

    /// Compares in a time that doesn't depend on where the values differ.
    package func equalsInConstantTime(_ other: Secret) -> Bool {
        let (mine, others) = (Array(value.utf8), Array(other.value.utf8))
        guard mine.count == others.count else { return false }
        return zip(mine, others).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

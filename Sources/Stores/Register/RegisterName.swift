/// The name of a value in a shared register: words with slashes between them.
package struct RegisterName: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// Whether this name is below the other: `a/b/c` is below `a/b` and below `a`, not below `a/b/c`.
    package func isBelow(_ other: RegisterName) -> Bool { text.hasPrefix(other.prefix) }

    /// What all names below this one begin with, and no others.
    package var prefix: String { "\(text)/" }

    package var description: String { text }

    package static func < (left: RegisterName, right: RegisterName) -> Bool { left.text < right.text }
}

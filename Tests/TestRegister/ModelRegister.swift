package import Register

/// A register as a value: what an engine holds, and the changes since it began. Linearizable, because calls of a value
/// happen one after the other. A simulation loses requests and replies itself: a reply that is lost after a write was
/// applied is a call whose result nobody gets.
package struct ModelRegister: Sendable {
    package enum Write: Sendable, Hashable {
        case written(RegisterRevision)
        case changed(RegisterContent)
    }

    /// One change, in the order of the revisions.
    package struct Change: Sendable, Hashable {
        package var name: RegisterName
        package var content: RegisterContent
        /// The revision of the register after it.
        package var revision: RegisterRevision
    }

    /// The revision of the newest change.
    package private(set) var revision = RegisterRevision.absent
    private var contents: [RegisterName: RegisterContent] = [:]
    private var history: [Change] = []
    private var oldest = RegisterRevision.absent

    package init() {}

    package func read(_ name: RegisterName) -> RegisterContent { contents[name] ?? .absent }

    package func list(under name: RegisterName) -> [RegisterName: RegisterContent] {
        contents.filter { $0.key.isBelow(name) }
    }

    package mutating func write(
        _ value: [UInt8], to name: RegisterName, ifRevision expected: RegisterRevision
    ) -> Write {
        let found = read(name)
        if found.value == value { return .written(found.revision) }
        guard found.revision == expected else { return .changed(found) }
        let next = RegisterRevision(revision.number + 1)
        put(RegisterContent(value, revision: next), name, next)
        return .written(next)
    }

    /// Removes a value, as an operator may.
    package mutating func erase(_ name: RegisterName) {
        guard contents[name] != nil else { return }
        put(.absent, name, RegisterRevision(revision.number + 1))
    }

    /// The changes below `name` after a revision; nil where they were compacted, or the register was set back to before
    /// it.
    package func changes(under name: RegisterName, after start: RegisterRevision) -> [Change]? {
        guard start >= oldest, start <= revision else { return nil }
        return history.filter { $0.revision > start && $0.name.isBelow(name) }
    }

    /// Forgets all changes up to now; the values stay.
    package mutating func compact() {
        (history, oldest) = ([], revision)
    }

    /// Makes the register what it was when it was copied, as a restored backup does.
    package mutating func setBack(to earlier: ModelRegister) { self = earlier }

    /// Makes the register an empty one.
    package mutating func wipe() { self = ModelRegister() }

    private mutating func put(_ content: RegisterContent, _ name: RegisterName, _ next: RegisterRevision) {
        revision = next
        contents[name] = content.value == nil ? nil : content
        history.append(Change(name: name, content: content, revision: next))
    }
}

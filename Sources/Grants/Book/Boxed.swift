/// A value behind a reference: a dictionary keeps room for twice its values, so that it had better hold references.
/// It is copied when it is changed while somebody else has it too, so it stays a value.
struct Boxed<Value: Sendable>: Sendable {
    /// Unchecked, for it is changed only while it has one owner.
    private final class Storage: @unchecked Sendable {
        var value: Value

        init(_ value: Value) {
            self.value = value
        }
    }

    private var storage: Storage

    init(_ value: Value) {
        storage = Storage(value)
    }

    /// Read and changed in place: a copy would copy thousands of waiting readers.
    var value: Value {
        _read { yield storage.value }
        _modify {
            if !isKnownUniquelyReferenced(&storage) { storage = Storage(storage.value) }
            yield &storage.value
        }
    }
}

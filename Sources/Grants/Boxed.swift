/// Stores a value behind a reference, so that a dictionary, which reserves room for twice its values, only reserves
/// room for pointers. Copy-on-write keeps value semantics.
struct Boxed<Value: Sendable>: Sendable {
    /// Unchecked because it is only changed while it is uniquely referenced.
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

    /// Accessed in place: a copy would copy thousands of waiting readers.
    var value: Value {
        _read { yield storage.value }
        _modify {
            if !isKnownUniquelyReferenced(&storage) { storage = Storage(storage.value) }
            yield &storage.value
        }
    }
}

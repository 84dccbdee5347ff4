/// Stores a value that is nearly always nil in a box, so that its owner is only a word larger by it.
@propertyWrapper
package struct Rare<Value: Sendable>: Sendable {
    private var box: Boxed<Value>?

    package init() {}

    package var wrappedValue: Value? {
        get { box?.value }
        set { box = newValue.map(Boxed.init) }
    }
}

extension Rare: Equatable where Value: Equatable {
    package static func == (one: Rare, other: Rare) -> Bool { one.wrappedValue == other.wrappedValue }
}

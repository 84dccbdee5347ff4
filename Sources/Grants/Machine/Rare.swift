/// Stores a value that is nearly always nil outside of its owner, which then is only a word larger by it.
@propertyWrapper
package struct Rare<Value: Sendable>: Sendable {
    private indirect enum Storage: Sendable {
        case empty
        case full(Value)
    }

    private var storage = Storage.empty

    package init() {}

    package var wrappedValue: Value? {
        get { if case .full(let value) = storage { value } else { nil } }
        set { storage = newValue.map { .full($0) } ?? .empty }
    }
}

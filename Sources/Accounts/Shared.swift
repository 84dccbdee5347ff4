/// A value behind a reference, so that owners of equal values can share one copy. As a property wrapper, its projected
/// value is what another owner takes to share it.
@propertyWrapper
package indirect enum Shared<Value: Sendable & Hashable>: Sendable, Hashable {
    case value(Value)

    package init(wrappedValue: Value) {
        self = .value(wrappedValue)
    }

    package var wrappedValue: Value {
        get {
            switch self {
            case .value(let value): value
            }
        }
        set { self = .value(newValue) }
    }

    package var projectedValue: Shared<Value> {
        get { self }
        set { self = newValue }
    }
}

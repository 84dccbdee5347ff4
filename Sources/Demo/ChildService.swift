import ServiceLifecycle

/// A service that runs programs which the demonstration needs.
protocol ChildService: Service {
    /// Set when a program has ended although nobody has asked it to.
    var failure: DemoFailure? { get }
}

import FoundationEssentials
import Grants

/// Something that has changed, the same for everybody who is told of it. It never holds a secret.
struct Event: Sendable, Equatable {
    enum Change: Sendable, Equatable {
        case grant(GrantEvent)
        case consent(ConsentEvent)
        case configuration(ConfigurationEvent)
    }

    /// Grows with each event. The first one of a process is above all of its predecessors unless the wall clock was set
    /// back.
    var number: UInt64
    var at: Date
    /// nil where the change concerns the daemon as a whole.
    var account: String?
    var change: Change
}

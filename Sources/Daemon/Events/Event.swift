import FoundationEssentials
import Grants

/// A change that is reported to all subscribers in the same form. It never holds a secret.
struct Event: Sendable, Equatable {
    enum Change: Sendable, Equatable {
        case grant(GrantEvent)
        case consent(ConsentEvent)
        case configuration(ConfigurationEvent)
        case reader(ReaderEvent)
        case key(KeyEvent)
        case tokenFile(TokenFileEvent)
        case credential(CredentialEvent)
        case store(StoreEvent)
    }

    /// Increases with each event. The first number of a process is above those of earlier processes, unless the wall
    /// clock was set back.
    var number: UInt64
    var at: Date
    /// The account that changed; nil where the change concerns the daemon as a whole.
    var account: String?
    var change: Change
}

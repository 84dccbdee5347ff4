import Failures

/// A change of the key of the stored grants.
enum KeyEvent: Sendable, Equatable {
    /// The key isn't in memory, and no token is served; `byUser` where a person has asked for that.
    case locked(Failure, byUser: Bool)
    case opened
    /// Everything is sealed with a new key; `files` were sealed anew.
    case exchanged(files: Int)
    /// Some grants are still sealed with the earlier key, which is kept.
    case exchangeFailed(Failure)
}

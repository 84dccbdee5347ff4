import Failures

/// What happens to the file of a token.
enum TokenFileEvent: Sendable, Equatable {
    /// It can't be written, or removed. Told once, until it can be again.
    case failed(path: String, Failure)
    case written(path: String)
    /// There is no token for it any more; perhaps because the one in it has expired.
    case removed(path: String, hasExpired: Bool)
}

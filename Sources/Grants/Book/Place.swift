import Failures

/// What is known of that which lies in the store under an account's name.
enum Place: Sendable, Equatable {
    case unknown
    case empty
    /// The account's own grant.
    case own(Revision)
    /// Another client's grant, or one that can't be opened. It stays there, so that the right configuration or key finds
    /// it again, until another grant needs the place.
    case foreign
    /// It could not be read, and may be the account's own: a reload tries again.
    case unread
    /// It was logged out and can't be removed: it is never loaded again, until a new consent takes its place.
    indirect case ended(Failure)

    var isEnded: Bool {
        if case .ended = self { true } else { false }
    }

    /// Whether something lies there that must be set aside before another grant can take its place.
    var isTaken: Bool { self == .foreign || self == .unread }
}

extension Failure {
    /// Whether the store has failed, and not what it holds.
    var isOfStorage: Bool { code == .storage }
}

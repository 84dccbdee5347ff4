import Failures

/// What is known of the content of the store under an account's name.
enum Place: Sendable, Equatable {
    case unknown
    case empty
    /// The account's own grant.
    case own(Revision)
    /// Another client's grant, or one that can't be opened. It stays there until another grant needs the place, so that
    /// the right configuration or key finds it again.
    case foreign
    /// The content could not be read, and may be the account's own: a reload tries again.
    case unread
    /// A grant that was logged out and can't be removed. It is never loaded again; a new consent may replace it.
    indirect case ended(Failure)

    var isEnded: Bool {
        if case .ended = self { true } else { false }
    }

    /// Whether the content must be set aside before another grant can be stored.
    var isTaken: Bool { self == .foreign || self == .unread }
}

extension Failure {
    /// Whether the store itself has failed, as opposed to what it holds.
    var isOfStorage: Bool { code == .storage }
}

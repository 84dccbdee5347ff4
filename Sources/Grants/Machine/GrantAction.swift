import OAuth
package import Text

/// What the grant's machine asks for.
package enum GrantAction: Sendable, Equatable {
    /// Use the refresh token at the token endpoint, then report by `refreshEnded`.
    case post(RefreshOrder)
    /// Bring the grant to the store, then report by `saveEnded`.
    case save(Grant, version: UInt64)
    /// Remove the grant from the store, then report by `eraseEnded`.
    case erase
    /// Tell the authorization server that these tokens have ended, then report by `revokeEnded`.
    case revoke(Grant)
    /// Bring the grant to the store if that holds the one whose refresh token it was got with, then report by
    /// `rescueEnded`.
    case rescue(Grant, replacing: Secret)
    /// From now on readers get this token; nil: none.
    case publish(ServedToken?)
    case answer([ReaderID], ReaderAnswer)
    /// For the log and for those who watch.
    case tell(GrantEvent)
}

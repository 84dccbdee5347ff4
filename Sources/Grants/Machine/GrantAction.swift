import OAuth
package import Text

/// What a grant's machine asks the book to do.
package enum GrantAction: Sendable, Equatable {
    /// Use the refresh token at the token endpoint, then report by `refreshEnded`.
    case post(RefreshOrder)
    /// Write the grant to the store, then report by `saveEnded`.
    case save(Grant, version: UInt64)
    /// Remove the grant from the store, then report by `eraseEnded`.
    case erase
    /// Tell the authorization server that these tokens have ended, then report by `revokeEnded`.
    case revoke(Grant)
    /// Write the grant to the store, provided that this still holds the grant with the refresh token `replacing`, then
    /// report by `rescueEnded`.
    case rescue(Grant, replacing: Secret)
    /// Serve this token to readers from now on; nil serves none.
    case publish(ServedToken?)
    /// Serve this further token to its readers from now on; nil serves none.
    case publishFurther(ServedToken?, of: TokenKey.Token)
    case answer([ReaderID], ReaderAnswer)
    /// Report the event to the log and to subscribers.
    case tell(GrantEvent)
}

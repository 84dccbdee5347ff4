package import Failures
import OAuth
package import Text

/// What becomes of a renewal whose life can't take it any more. The refresh token that it may have brought is the only
/// one that still works: it is neither lost, nor does it outlive a logout.
extension GrantLife {
    func stale(_ outcome: RefreshOutcome, of order: RefreshOrder) -> [GrantAction] {
        guard case .granted(let tokens, let sent) = outcome else { return [.tell(.staleResult)] }
        let renewed = order.grant.renewed(by: tokens, sent: sent)
        // This can't harm a consent that came after the logout: where revoking one token ends everything that the user
        // granted to the client (RFC 7009 section 2.1), the logout's own revocation has done so before that consent.
        if order.version <= loggedOut { return [.revoke(renewed)] }
        // A consent without a logout in between replaces the grant, and what it replaces is not revoked: at such
        // servers that would end the new grant too. The disk holds the new one, so that this one is dropped there.
        guard let used = order.grant.refreshToken, renewed.refreshToken != used else { return [.tell(.staleResult)] }
        return [.rescue(renewed, renewing: used)]
    }

    /// A life that has begun with the grant that was renewed goes on with the renewed one.
    package mutating func rescueEnded(
        _ failure: Failure?, _ renewed: Grant, renewing used: Secret, now: Moment
    ) -> [GrantAction] {
        guard let grant, grant.refreshToken == used else { return failure.map { [.tell(.lost($0))] } ?? [] }
        version += 1
        refreshedAt = now.wall
        phase = .saving(renewed)
        return [.save(renewed, version: version), .tell(.refreshed(expiresIn: renewed.lifetime, rotated: true))]
    }

    package mutating func revokeEnded(_ failure: Failure?) -> [GrantAction] {
        [.tell(failure.map { .revocationFailed($0) } ?? .lateGrantRevoked)]
    }
}

package import Failures
import OAuth
package import Text

/// Handling of a refresh that ends when its machine has moved on. Its rotated refresh token may be the only valid one:
/// it must neither be lost nor outlive a logout.
extension GrantMachine {
    func stale(_ outcome: RefreshOutcome, of order: RefreshOrder) -> [GrantAction] {
        guard let refreshed = outcome.grant(after: order.grant) else { return [.tell(.staleResult)] }
        // This can't harm a consent that came after the logout: where revoking one token ends everything that the user
        // granted to the client (RFC 7009 section 2.1), the logout's own revocation has done so before that consent.
        if order.version <= loggedOut { return [.revoke(refreshed)] }
        // A consent without a logout in between replaces the grant, and what it replaces is not revoked: at such
        // servers that would end the new grant too. The store holds the new one, so that this one is dropped there.
        guard let used = order.grant.refreshToken, refreshed.refreshToken != used else { return [.tell(.staleResult)] }
        return [.rescue(order.rescued(refreshed), replacing: used)]
    }

    /// Adopts a rescued grant, where this machine was started with the grant that was refreshed.
    package mutating func rescueEnded(
        _ failure: Failure?, _ refreshed: Grant, replacing used: Secret, now: Moment
    ) -> [GrantAction] {
        guard let grant, grant.refreshToken == used else { return failure.map { [.tell(.lost($0))] } ?? [] }
        let refreshed = known(refreshed)
        version += 1
        refreshedAt = now.wall
        phase = .saving(refreshed, nil)
        further?.forgetFlight()
        return [.save(refreshed, version: version), .tell(.refreshed(expiresIn: refreshed.lifetime, rotated: true))]
    }

    package mutating func revokeEnded(_ failure: Failure?) -> [GrantAction] {
        [.tell(failure.map { .revocationFailed($0) } ?? .lateGrantRevoked)]
    }
}

import APIContract
import Accounts
import AuthorizationClient
import Failures
import FoundationEssentials
import Grants
import OAuth
import Text

extension AccountReport {
    init(
        _ account: GrantKeeper.Account, consent: ConsentReport?, catalogue: ProviderCatalogue, now: Moment
    ) {
        let (settings, machine) = (account.settings, account.machine)
        // A client that acts for itself may have no token yet.
        let grant = machine.grant.flatMap { $0.hasToken ? $0 : nil }
        self.init(
            account: settings.name, provider: settings.provider, issuer: settings.issuer,
            clientID: settings.client.id, state: AccountState(machine, isConsentPending: consent != nil, now: now),
            scope: (grant?.scope ?? settings.scope).tokens,
            missingScope: grant.map { settings.scope.missing(from: $0.scope).tokens }.flatMap { $0.isEmpty ? nil : $0 },
            expiresAt: grant?.expires.map { now.wall + ($0.instant - now.instant).timeInterval },
            expiresIn: grant?.expires.map { ($0.instant - now.instant).wholeSeconds },
            lifetime: grant?.lifetime?.wholeSeconds,
            nextRefreshAt: machine.nextRefresh.map { now.wall + max(.zero, $0 - now.instant).timeInterval },
            nextRefreshIn: machine.nextRefresh.map { max(0, ($0 - now.instant).wholeSeconds) },
            consentedAt: grant?.consentedAt, refreshedAt: machine.refreshedAt, unsaved: machine.saveFailure != nil,
            lastError: (machine.lastFailure ?? grant.flatMap { catalogue.refusedScope($0, of: settings) })
                .map(FailureReport.init),
            consent: consent)
        consentExpiresAt = grant?.consentEnds
        consentEndsSoon = grant?.endsSoon(at: now.wall)
        clientExpiresAt = settings.client.secretExpires
        label = settings.label
        user = grant?.identity?.user
        let tokens = machine.furtherStates.map { TokenReport($0, now: now) }
        self.tokens = tokens.isEmpty ? nil : tokens
        unusedLimit = settings.provider.flatMap(catalogue.named)?.unusedLimit?.wholeSeconds
    }
}

extension AccountReport {
    /// An account while the key of the stored grants is locked.
    init(_ settings: AccountSettings, lock: Failure) {
        self.init(
            account: settings.name, provider: settings.provider, issuer: settings.issuer,
            clientID: settings.client.id, state: .locked, scope: settings.scope.tokens,
            lastError: FailureReport(lock))
        label = settings.label
    }
}

extension AccountState {
    init(_ machine: GrantMachine, isConsentPending: Bool, now: Moment) {
        let isValid = machine.published?.satisfies(ReaderNeed(), at: now.instant) == true
        self =
            switch machine.ownPhase {
            // A grant is stored, but it is another user's.
            case .empty where machine.emptiness?.code == .otherUser: .consentRequired
            case .empty: isConsentPending ? .consentPending : .noGrant
            case .active: isValid ? .active : .refreshing
            // A refresh ends when its grant is stored.
            case .loading, .refreshing, .saving: .refreshing
            case .backingOff: isValid ? .retrying : .unavailable
            case .consentRequired: .consentRequired
            case .misconfigured: .configurationError
            }
    }
}

extension ShareReport {
    init(_ state: ShareState, now: Moment) {
        func wall(_ instant: Instant) -> Date { now.wall + (instant - now.instant).timeInterval }
        self.init(
            host: state.host.shown, era: state.version?.era ?? 0, generation: state.version?.generation ?? 0,
            claim: state.claim.map { claim in
                Claim(
                    host: claim.host.shown, since: wall(claim.since), own: claim.isOwn, inDoubt: claim.isInDoubt,
                    takenOverAt: claim.takenOver.map(wall))
            }, unreachableSince: state.unreachableSince.map { wall($0.instant) },
            problem: state.unusable.map(FailureReport.init)
                ?? state.failure.map {
                    FailureReport(code: FailureCode.storeUnreachable.rawValue, detail: "\($0)".plain)
                }, unpublished: state.isUnpublished)
    }
}

extension FailureReport {
    init(_ failure: Failure) {
        self.init(code: failure.word, detail: failure.detail, hint: failure.hint, at: failure.at)
    }
}

extension RevocationReport {
    init(_ outcome: RevocationOutcome) {
        switch outcome {
        case .revoked: self.init(state: .revoked)
        case .nothing: self.init(state: .nothing)
        case .unsupported(let failure): self.init(state: .unsupported, detail: failure.detail, hint: failure.hint)
        case .failed(let failure): self.init(state: .failed, detail: failure.detail, hint: failure.hint)
        }
    }
}

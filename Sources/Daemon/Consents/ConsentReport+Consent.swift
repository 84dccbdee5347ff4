import APIContract
import FoundationEssentials
import Grants
import OAuth

/// Converts a consent to its report in the API.
extension ConsentReport {
    init(_ consent: Consent, now: Moment) {
        let missing = consent.grant?.missingScope.tokens ?? []
        self.init(
            account: consent.account, id: consent.id, flow: ConsentFlow(consent.flow),
            state: ConsentState(consent.state), openURL: consent.openURL, authorizationURL: consent.authorizationURL,
            redirectURI: consent.redirectURI, userCode: consent.device?.userCode,
            verificationURI: consent.device?.verificationURI,
            verificationURIComplete: consent.device?.verificationURIComplete, expiresAt: consent.expires.wall,
            expiresIn: max(0, (consent.expires.instant - now.instant).wholeSeconds),
            scope: consent.grant?.scope.tokens, missingScope: missing.isEmpty ? nil : missing,
            tokenExpiresIn: consent.grant?.tokenExpires.map { ($0 - now.instant).wholeSeconds },
            error: consent.failure.map(FailureReport.init))
        user = consent.grant?.identity?.user
        joined = consent.isJoined ? true : nil
    }
}

extension ConsentFlow {
    fileprivate init(_ flow: Consent.Flow) {
        self =
            switch flow {
            case .loopback: .loopback
            case .paste: .paste
            case .device: .device
            case .clientCredentials: .clientCredentials
            }
    }
}

extension Consent.Flow {
    init(_ flow: ConsentFlow) {
        self =
            switch flow {
            case .loopback: .loopback
            case .paste: .paste
            case .device: .device
            case .clientCredentials: .clientCredentials
            }
    }
}

extension ConsentState {
    fileprivate init(_ state: Consent.State) {
        self =
            switch state {
            // The API has no state for the preparation, after which the consent is pending.
            case .preparing, .pending: .pending
            case .redeeming: .redeeming
            case .granted: .granted
            case .refused: .refused
            case .expired: .expired
            case .cancelled: .cancelled
            case .failed: .failed
            }
    }
}

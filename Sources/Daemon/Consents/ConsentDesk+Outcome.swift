import APIContract
import Accounts
import AuthorizationClient
import Failures
import FoundationEssentials
import Grants
import Logging
import OAuth
import RedirectListener
import Text

/// What becomes of a consent.
extension ConsentDesk {
    /// False where the consent goes on.
    func handle(_ event: ConsentSession.Event, _ session: ConsentSession) async -> Bool {
        let account = session.settings.name
        switch event {
        case .expired: session.end(.expired)
        case .cancelled: session.end(.cancelled)
        case .refused(let error, let answer): answer(refuse(error, session))
        case .deviceFailed(let failure): end(failure, session)
        case .mixedUp(let issuer, let error, let answer):
            let failure = Failure.wrongIssuer(issuer, error, account: account, at: time.now().wall)
            session.end(.failed, failure: failure)
            answer(.failed(failure))
        case .code(let code, let answer): answer(await redeem(code, session))
        case .deviceGranted(let tokens, let sent): _ = await keep(.granted(tokens, sent: sent), session)
        case .ask:
            let outcome = await tokenEndpoint.askForItself(session.account, key: session.key)
            _ = await keep(outcome, session)
        case .pushAgain:
            guard let request = session.request else { return false }
            do throws(Failure) {
                session.renew(try await tokenEndpoint.push(request, key: session.key))
            } catch {
                log.warning("the request was not pushed again: \(error.detail)", metadata: ["account": "\(account)"])
            }
            return false
        }
        return true
    }

    private func refuse(_ error: OAuthError, _ session: ConsentSession) -> RedirectVerdict {
        let failure = tokenEndpoint.refusal(error, of: session.account)
        end(failure, session)
        return error.code == .accessDenied ? .refused(detail: "\(error)") : .failed(failure)
    }

    /// The user or the server has said no.
    private func end(_ failure: Failure, _ session: ConsentSession) {
        var failure = failure
        failure.hint = failure.hint ?? "run: valetkey login \(session.settings.name)"
        let state: ConsentState =
            switch failure.code {
            case .accessDenied: .refused
            case .expiredToken: .expired
            default: .failed
            }
        session.end(state, failure: failure)
    }

    /// Redeems the code and has the grant kept; the page that says so is shown only then.
    private func redeem(_ code: Secret, _ session: ConsentSession) async -> RedirectVerdict {
        guard let request = session.request else { return .foreign }
        return await keep(await tokenEndpoint.redeem(code, of: request, key: session.key), session)
    }

    private func keep(_ redemption: RefreshOutcome, _ session: ConsentSession) async -> RedirectVerdict {
        let (account, settings) = (session.settings.name, session.settings)
        switch redemption {
        case .failed(var failure):
            failure.hint = failure.hint ?? "run: valetkey login \(account)"
            session.end(.failed, failure: failure)
            return .failed(failure)
        case .granted(let tokens, let sent):
            let grant = Grant(
                tokens, requestedScope: settings.scope, sent: sent, isOwn: settings.flow == .clientCredentials,
                proofKey: session.key?.stored)
            switch await keeper.consented(grant, settings: settings) {
            case .kept:
                let warning: Failure? =
                    grant.isRenewable
                    ? tokenEndpoint.catalogue.refusedScope(grant, of: settings)
                    : .noRefreshToken(account, at: time.now().wall)
                session.end(.granted, grant: grant, failure: warning)
                return .granted(account: account, scope: grant.scope, missingScope: grant.missingScope)
            case .unsaved(let failure):
                session.end(.granted, grant: grant, failure: failure)
                return .failed(
                    detail: "Consent was given, but can't be saved: \(failure.detail)",
                    hint: "It works for now, and saving is tried again. \(failure.hint ?? "")")
            case .unusable(let failure):
                session.end(.failed, failure: failure)
                return .failed(failure)
            case .accountChanged:
                let failure = Failure(
                    .accountChanged, "the account was changed or logged out meanwhile",
                    hint: "run: valetkey login \(account)", at: time.now().wall)
                session.end(.failed, failure: failure)
                return .failed(failure)
            }
        }
    }

    /// Asks for a device's tokens until its user has answered, as often as the server allows.
    func pollDevice(_ session: ConsentSession) async {
        guard let device = session.device else { return }
        var polling = DevicePolling(interval: device.interval)
        while (try? await clock.sleep(for: polling.interval)) != nil, session.phase == .pending {
            switch await tokenEndpoint.poll(device.deviceCode, account: session.account, key: session.key) {
            case .granted(let tokens, let sent): session.settle(.deviceGranted(tokens, sent: sent))
            case .failed(let failure):
                if !polling.continues(after: failure.code) { session.settle(.deviceFailed(failure)) }
            }
        }
    }

    /// A pushed request lives for a minute or so; a user takes longer.
    func keepPushed(_ session: ConsentSession) async {
        while let pushed = session.pushed, session.phase == .pending {
            guard (try? await clock.sleep(for: max(pushed.life * 0.75, .seconds(5)))) != nil else { return }
            session.pushAgain()
        }
    }
}

extension RedirectVerdict {
    fileprivate static func failed(_ failure: Failure) -> RedirectVerdict {
        .failed(detail: failure.detail, hint: failure.hint ?? "")
    }
}

extension Failure {
    /// A response that names another issuer than the one that was asked, or none although the server promises it.
    fileprivate static func wrongIssuer(
        _ issuer: String?, _ error: OAuthError?, account: String, at now: Date
    ) -> Failure {
        if let issuer {
            return Failure(
                .wrongIssuer, "the response came from \(issuer), not from the server that was asked",
                hint: "check issuer of [accounts.\(account)]", at: now)
        }
        let said = error.map { "; it says \($0)" } ?? ""
        return Failure(
            .wrongIssuer, "the response names no issuer, although the server promises it\(said)",
            hint: "run: valetkey login \(account); if it stays so, tell the server's operator (RFC 9207 section 2)",
            at: now)
    }
}

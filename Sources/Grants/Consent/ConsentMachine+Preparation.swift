package import Accounts
package import Failures
package import OAuth

/// The stages from the start of a consent until it waits for its user.
extension ConsentMachine {
    /// Adds a caller who asks for a consent of this account while this one is live.
    package mutating func join(_ starter: WaiterID, now: Moment) -> [ConsentAction] {
        users += 1
        guard isPreparing else { return [.answerStarts([starter], .success(consent(at: now)))] }
        starters.append(starter)
        return []
    }

    package mutating func resolved(
        _ result: Result<ResolvedAccount, Failure>, now: Moment, using random: inout some RandomNumberGenerator
    ) -> [ConsentAction] {
        guard case .live(let terms, .resolving) = phase else { return [] }
        let account: ResolvedAccount
        switch result {
        case .success(let found): account = found
        case .failure(let failure): return endUnbegun(failure)
        }
        switch flow {
        case .loopback:
            listener = .binding
            phase = .live(terms, .binding(account))
            let redirect = terms.settings.redirectURI
            return [.listen(port: redirect.port, path: redirect.path)]
        case .paste: return makeRequest(account, terms, nil, now: now, using: &random)
        case .device:
            phase = .live(terms, .authorizing(account))
            return [.authorizeDevice(account)]
        case .clientCredentials:
            let began = begin(.redeeming(Redemption(.own(account))), terms, life: terms.timeout, now: now)
            return began + [.requestTokens(account, key: terms.key)]
        }
    }

    /// The listener is open. If the consent is already over, it is closed.
    package mutating func listening(
        _ result: Result<BoundListener, Failure>, now: Moment, using random: inout some RandomNumberGenerator
    ) -> [ConsentAction] {
        guard listener == .binding else { return [] }
        switch result {
        case .success(let bound):
            listener = .bound(port: bound.port)
            guard case .live(let terms, .binding(let account)) = phase else { return [.closeListener] }
            return makeRequest(account, terms, bound, now: now, using: &random)
        case .failure(let failure):
            listener = .none
            return endUnbegun(failure)
        }
    }

    package mutating func listenerClosed() {
        listener = .none
        if isOver { mark = nil }
    }

    package mutating func deviceAuthorized(
        _ result: Result<DeviceAuthorization, Failure>, now: Moment
    ) -> [ConsentAction] {
        guard case .live(let terms, .authorizing(let account)) = phase else { return [] }
        switch result {
        case .success(let device):
            let wait = DeviceWait(account: account, device: device, now: now.instant)
            return begin(.polling(wait), terms, life: min(terms.timeout, device.life), now: now)
        case .failure(let failure): return endUnbegun(failure)
        }
    }

    private mutating func makeRequest(
        _ account: ResolvedAccount, _ terms: ConsentTerms, _ bound: BoundListener?, now: Moment,
        using random: inout some RandomNumberGenerator
    ) -> [ConsentAction] {
        guard let endpoint = account.settings.endpoints.authorization else {
            return endUnbegun(
                Failure(
                    .noEndpoint, "no authorization_endpoint is known",
                    hint: "state it, or the issuer whose metadata names it", at: now.wall))
        }
        let registered = terms.settings.redirectURI
        let request = AuthorizationRequest(
            account: account, endpoint: endpoint,
            redirectURI: bound.map { registered.sent(port: $0.port) } ?? registered.text, using: &random)
        redirectURI = request.redirectURI
        let wait = BrowserWait(request: request, openURL: bound?.openURL)
        guard account.pushesRequest else { return begin(.waiting(wait), terms, life: terms.timeout, now: now) }
        phase = .live(terms, .pushing(wait))
        return [.push(request, key: terms.key)]
    }

    /// Enters the stage in which the consent waits for the user or requests tokens, and answers the callers who started
    /// it.
    mutating func begin(_ stage: Stage, _ terms: ConsentTerms, life: Duration, now: Moment) -> [ConsentAction] {
        expires = now + life
        phase = .live(terms, stage)
        return answerStarters(.success(consent(at: now))) + [.tell(.started(flow))]
    }

    mutating func endUnbegun(_ failure: Failure) -> [ConsentAction] {
        let told = answerStarters(.failure(failure))
        return told + end(.failed, .failed(failure), failure: failure)
    }

    mutating func answerStarters(_ result: Result<Consent, Failure>) -> [ConsentAction] {
        defer { starters = [] }
        return starters.isEmpty ? [] : [.answerStarts(starters, result)]
    }
}

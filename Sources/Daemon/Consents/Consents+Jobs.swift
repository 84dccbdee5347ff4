import Accounts
import AuthorizationClient
import Failures
import Grants
import OAuth
import RedirectListener
import Text

/// The jobs that consents order. Each reports its result when it ends.
extension Consents {
    func perform(_ order: ConsentOrder) async {
        let id = order.consent
        switch order.action {
        case .resolve(let settings, let flow):
            let demands = takeDemands(of: id)
            let result = await prepare(settings, flow).map { account in
                var account = account
                account.demands = demands
                return account
            }
            transition(id) {
                var random = SystemRandomNumberGenerator()
                return $0.resolved(result, now: $1, using: &random)
            }
        case .listen(let port, let path):
            let result = await listen(port: port, path: path, for: order)
            transition(id) {
                var random = SystemRandomNumberGenerator()
                return $0.listening(result, now: $1, using: &random)
            }
        case .push(let request, let key):
            let result = await Self.result { () async throws(Failure) in
                try await tokenEndpoint.push(request, key: SigningKey(key))
            }
            transition(id) { $0.pushed(result, now: $1) }
        case .authorizeDevice(let account):
            let result = await Self.result { () async throws(Failure) in
                try await tokenEndpoint.authorizeDevice(account)
            }
            transition(id) { $0.deviceAuthorized(result, now: $1) }
        case .poll(let device, let account, let key):
            let outcome = await tokenEndpoint.poll(device, account: account, key: SigningKey(key))
            transition(id) { $0.polled(outcome, now: $1) }
        case .redeem(let code, let request, let key):
            let outcome = await tokenEndpoint.redeem(code, of: request, key: SigningKey(key))
            transition(id) { $0.redeemed(outcome, now: $1) }
        case .requestTokens(let account, let key):
            let outcome = await tokenEndpoint.askForItself(account, key: SigningKey(key))
            transition(id) { $0.redeemed(outcome, now: $1) }
        case .keep(let grant, let settings):
            let outcome = await keeper.consented(grant, settings: settings)
            transition(id) { $0.kept(outcome, now: $1) }
        case .retireListener, .closeListener, .answerStarts, .answerBrowsers, .answerWaiters, .refusePaste, .tell: break
        }
    }

    /// A consent whose grant other hosts can't get would log them out: the authorization server may end theirs.
    private func prepare(_ settings: AccountSettings, _ flow: Consent.Flow) async -> Result<ResolvedAccount, Failure> {
        if let obstacle = await keeper.registerObstacle(settings) { return .failure(obstacle) }
        return await resolve(settings, flow)
    }

    private func resolve(
        _ settings: AccountSettings, _ flow: Consent.Flow
    ) async -> Result<ResolvedAccount, Failure> {
        let directory = tokenEndpoint.client.directory
        return await Self.result { () async throws(Failure) in
            switch flow {
            case .loopback, .paste: try await directory.resolve(settings, for: .browser)
            case .device: try await directory.resolve(settings, for: .device)
            case .clientCredentials: try await directory.resolve(settings)
            }
        }
    }

    private func listen(port: Int?, path: String, for order: ConsentOrder) async -> Result<BoundListener, Failure> {
        let id = order.consent
        if let port { for other in listeners(at: port) { await other.close() } }
        do throws(ListenerFault) {
            let listener = try await RedirectListener.open(
                port: port, redirectPath: path, group: group, receiver: ConsentReceiver(consents: self, id: id),
                onStranger: { [observer] in observer(order.account, .strangerRefused(user: $0)) })
            addListener(listener, of: id)
            return .success(BoundListener(port: listener.port, openURL: listener.startURL))
        } catch {
            return .failure(
                Failure(.temporarilyUnavailable, "\(error)", hint: error.hint, at: time.now().wall))
        }
    }

    private static func result<Value: Sendable>(
        of work: () async throws(Failure) -> Value
    ) async -> Result<Value, Failure> {
        do {
            return .success(try await work())
        } catch {
            return .failure(error)
        }
    }
}

extension SigningKey {
    /// Restores a key from the form in which a consent stores it.
    fileprivate init?(_ stored: Secret?) {
        guard let stored, let key = try? SigningKey(stored: stored) else { return nil }
        self = key
    }
}

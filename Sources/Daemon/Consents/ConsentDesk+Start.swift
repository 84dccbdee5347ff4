import APIContract
import Accounts
import AuthorizationClient
import Failures
import FoundationEssentials
import Grants
import OAuth
import RedirectListener
import Text

/// What a consent begins with.
extension ConsentDesk {
    /// The way that was wished for, or else that of the configuration.
    static func flow(of settings: AccountSettings, wish: ConsentFlow?) throws(Problem) -> ConsentFlow {
        switch (settings.flow, wish) {
        case (.clientCredentials, nil), (.clientCredentials, .clientCredentials): return .clientCredentials
        case (.clientCredentials, _), (_, .clientCredentials): throw .otherFlow(settings)
        case (.device, nil): return .device
        case (.code, nil): return settings.redirectURI.isLoopback ? .loopback : .paste
        case (_, let wish?):
            guard wish != .loopback || settings.redirectURI.isLoopback else { throw .needsPaste(settings) }
            return wish
        }
    }

    func prepare(_ settings: AccountSettings, _ flow: ConsentFlow) async throws(Problem) -> Open {
        let redirect: Result<Open, Problem>
        do throws(Failure) {
            let account = try await resolve(settings, flow)
            let key = settings.provesPossession ? SigningKey.make() : nil
            switch flow {
            case .loopback, .paste: break
            case .device:
                let device = try await tokenEndpoint.authorizeDevice(account)
                let session = session(settings, account, key, flow, life: min(timeout, device.life))
                session.start(device)
                return Open(session: session)
            case .clientCredentials:
                let session = session(settings, account, key, flow, life: timeout)
                session.startAlone()
                return Open(session: session)
            }
            redirect = try await prepareRedirect(session(settings, account, key, flow, life: timeout))
        } catch {
            throw .notStarted(error, account: settings.name)
        }
        return try redirect.get()
    }

    private func resolve(
        _ settings: AccountSettings, _ flow: ConsentFlow
    ) async throws(Failure) -> ResolvedAccount {
        let directory = tokenEndpoint.client.directory
        switch flow {
        case .loopback, .paste: return try await directory.resolve(settings, for: .browser)
        case .device: return try await directory.resolve(settings, for: .device)
        case .clientCredentials: return try await directory.resolve(settings)
        }
    }

    private func session(
        _ settings: AccountSettings, _ account: ResolvedAccount, _ key: SigningKey?, _ flow: ConsentFlow,
        life: Duration
    ) -> ConsentSession {
        ConsentSession(
            id: RandomText.make(octets: 9, using: &random).expose(), settings: settings, account: account, key: key,
            flow: flow, expires: time.now() + life, time: time)
    }

    private func prepareRedirect(_ session: ConsentSession) async throws(Failure) -> Result<Open, Problem> {
        guard let endpoint = session.account.settings.endpoints.authorization else { return .failure(.noEndpoint) }
        let redirect = session.settings.redirectURI
        var listener: RedirectListener?
        if session.flow == .loopback {
            do throws(Problem) {
                listener = try await listen(for: session, port: redirect.port)
            } catch {
                return .failure(error)
            }
        }
        let request = AuthorizationRequest(
            account: session.account, endpoint: endpoint,
            redirectURI: listener.map { redirect.sent(port: $0.port) } ?? redirect.text, using: &random)
        do throws(Failure) {
            let isPushed = session.account.pushesRequest
            session.start(request, pushed: isPushed ? try await tokenEndpoint.push(request, key: session.key) : nil)
        } catch {
            await listener?.close()
            throw error
        }
        return .success(Open(session: session, listener: listener))
    }

    private func listen(for session: ConsentSession, port: Int?) async throws(Problem) -> RedirectListener {
        // What still listens there is over, and only stays for late responses.
        for other in sessions where port != nil && other.listener?.port == port { await other.listener?.close() }
        do {
            return try await RedirectListener.open(
                port: port, redirectPath: session.settings.redirectURI.path, group: group, receiver: session)
        } catch {
            throw Problem(
                .temporarilyUnavailable, "\(error)",
                hint: error.hint)
        }
    }
}

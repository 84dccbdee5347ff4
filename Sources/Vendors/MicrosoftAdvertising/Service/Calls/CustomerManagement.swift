package import HTTPTransport

/// Provides credentials, and newer ones where these have expired.
package protocol CredentialSource: Sendable {
    func credentials() async throws -> ServiceCredentials
    /// Refreshes the access token; `credentials` then returns the new one.
    func refresh() async throws
}

/// The two operations of the Customer Management service that are used here.
package struct CustomerManagement: Sendable {
    private let transport: any HTTPTransport
    private let request: ServiceRequest
    private let source: any CredentialSource
    /// Waits, and shows it to the user.
    private let pause: @Sendable (Duration, CallFailure) async throws -> Void

    package init(
        transport: any HTTPTransport, request: ServiceRequest, source: any CredentialSource,
        pause: @escaping @Sendable (Duration, CallFailure) async throws -> Void
    ) {
        self.transport = transport
        self.request = request
        self.source = source
        self.pause = pause
    }

    package func user() async throws -> AdvertisingUser {
        try await call(.getUser) { reply throws(CallFailure) in try reply.user() }
    }

    /// All accounts of the user, page by page, each with the customer through which the user works with it.
    package func accounts(of user: AdvertisingUser, pageSize: Int = 100) async throws -> [AdvertiserAccount] {
        var accounts: [AdvertiserAccount] = []
        var seen: Set<String> = []
        var page = CustomerOperation.Page(size: pageSize)
        while true {
            let part = try await call(.searchAccounts(userID: user.id, page: page)) { reply throws(CallFailure) in
                try reply.accounts()
            }
            // A service that keeps sending the same page has no further ones.
            let new = part.filter { seen.insert($0.id).inserted }
            accounts += new.map(user.reaching)
            if part.count < pageSize || new.isEmpty { return accounts }
            page.index += 1
        }
    }

    private func call<Value>(
        _ operation: CustomerOperation, _ read: (ServiceReply) throws(CallFailure) -> Value
    ) async throws -> Value {
        var policy = CallPolicy()
        while true {
            let failure: CallFailure
            do {
                return try await once(operation, read)
            } catch let error as CallFailure {
                failure = error
            }
            switch policy.step(after: failure) {
            case .refreshAccessToken: try await source.refresh()
            case .wait(let duration): try await pause(duration, failure)
            case .giveUp: throw failure
            }
        }
    }

    private func once<Value>(
        _ operation: CustomerOperation, _ read: (ServiceReply) throws(CallFailure) -> Value
    ) async throws -> Value {
        let credentials = try await source.credentials()
        switch await transport.send(try request.call(operation, credentials)) {
        case .failure(let failure): throw CallFailure.noReply(failure)
        case .success(let reply):
            let secrets = [credentials.accessToken, credentials.developerToken]
            return try read(ServiceReply(reply, request.serviceProtocol, secrets: secrets))
        }
    }
}

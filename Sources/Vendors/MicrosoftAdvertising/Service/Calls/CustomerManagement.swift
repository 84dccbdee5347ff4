package import HTTPTransport

/// Where credentials come from, and newer ones where these have expired.
package protocol CredentialSource: Sendable {
    func credentials() async throws -> ServiceCredentials
    /// Has the access token renewed; `credentials` then gives the new one.
    func renew() async throws
}

/// The Customer Management service as its two operations.
package struct CustomerManagement: Sendable {
    private let transport: any HTTPTransport
    private let request: ServiceRequest
    private let source: any CredentialSource
    /// Waits, and shows that to whoever looks on.
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

    /// All accounts of the user, page by page.
    package func accounts(ofUser userID: String, pageSize: Int = 100) async throws -> [AdvertiserAccount] {
        var accounts: [AdvertiserAccount] = []
        var seen: Set<String> = []
        var page = CustomerOperation.Page(size: pageSize)
        while true {
            let part = try await call(.searchAccounts(userID: userID, page: page)) { reply throws(CallFailure) in
                try reply.accounts()
            }
            // A service that sends the same page for ever has no more of them.
            let new = part.filter { seen.insert($0.id).inserted }
            accounts += new
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
            case .renewToken: try await source.renew()
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

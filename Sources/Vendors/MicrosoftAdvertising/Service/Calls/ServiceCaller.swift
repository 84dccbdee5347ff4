package import HTTPTransport
package import Text

/// Provides the credentials of calls and can refresh them.
package protocol CredentialSource: Sendable {
    func credentials() async throws -> ServiceCredentials
    /// Refreshes the access token; `credentials` then returns the new one.
    func refresh() async throws
}

/// Makes calls of any service. An expired token is refreshed once; after too many calls, the call is repeated after a
/// pause.
package struct ServiceCaller: Sendable {
    private let transport: any HTTPTransport
    private let source: any CredentialSource
    /// Waits, and shows the wait to the user.
    private let pause: @Sendable (Duration, CallFailure) async throws -> Void

    package init(
        transport: any HTTPTransport, source: any CredentialSource,
        pause: @escaping @Sendable (Duration, CallFailure) async throws -> Void
    ) {
        self.transport = transport
        self.source = source
        self.pause = pause
    }

    /// `read` parses the reply; it also gets the secrets, to mask them in messages.
    package func call<Value>(
        _ make: (ServiceCredentials) throws(CallFailure) -> HTTPCall,
        _ read: (HTTPReply, [Secret]) throws(CallFailure) -> Value
    ) async throws -> Value {
        var policy = CallPolicy()
        while true {
            let failure: CallFailure
            do {
                return try await once(make, read)
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
        _ make: (ServiceCredentials) throws(CallFailure) -> HTTPCall,
        _ read: (HTTPReply, [Secret]) throws(CallFailure) -> Value
    ) async throws -> Value {
        let credentials = try await source.credentials()
        switch await transport.send(try make(credentials)) {
        case .failure(let failure): throw CallFailure.noReply(failure)
        case .success(let reply): return try read(reply, [credentials.accessToken, credentials.developerToken])
        }
    }
}

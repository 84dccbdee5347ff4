/// The two operations of the Customer Management service that valetkey-ads uses.
package struct CustomerManagement: Sendable {
    private let caller: ServiceCaller
    private let request: ServiceRequest

    package init(caller: ServiceCaller, request: ServiceRequest) {
        self.caller = caller
        self.request = request
    }

    package func user() async throws -> AdvertisingUser {
        try await call(.getUser) { reply throws(CallFailure) in try reply.user() }
    }

    /// Returns all accounts of the user, fetched page by page, each with the customer that the user's requests must
    /// name.
    package func accounts(of user: AdvertisingUser, pageSize: Int = 100) async throws -> [AdvertiserAccount] {
        var accounts: [AdvertiserAccount] = []
        var seen: Set<String> = []
        var page = CustomerOperation.Page(size: pageSize)
        while true {
            let part = try await call(.searchAccounts(userID: user.id, page: page)) { reply throws(CallFailure) in
                try reply.accounts()
            }
            // A page without new accounts ends the list, in case the service sends the same page forever.
            let new = part.filter { seen.insert($0.id).inserted }
            accounts += new.map(user.reaching)
            if part.count < pageSize || new.isEmpty { return accounts }
            page.index += 1
        }
    }

    private func call<Value>(
        _ operation: CustomerOperation, _ read: (ServiceReply) throws(CallFailure) -> Value
    ) async throws -> Value {
        try await caller.call { credentials throws(CallFailure) in
            try request.call(operation, credentials)
        } _: { reply, secrets throws(CallFailure) in
            try read(ServiceReply(reply, request.serviceProtocol, secrets: secrets))
        }
    }
}

package import APIContract
package import MicrosoftAdvertisingContract

/// What the API asks of the daemon behind it.
package protocol DaemonInterface: Sendable {
    /// Called on the event loop: must not block. `answer` is called once, now or later, from any thread.
    ///
    /// What comes back tells the daemon that the reader has hung up; nil where it has been answered already.
    func token(
        _ query: TokenQuery, answer: @escaping @Sendable (Result<HandedToken, Problem>) -> Void
    ) -> (@Sendable () -> Void)?

    func health() -> HealthReport
    func accounts() -> AccountList
    func account(_ name: String) -> Result<AccountReport, Problem>
    func startConsent(_ account: String, _ request: ConsentRequest) async -> Result<ConsentReport, Problem>
    /// Returns once the consent is over, or after `wait` seconds with its state.
    func consent(_ account: String, wait: Int) async -> Result<ConsentReport, Problem>
    func cancelConsent(_ account: String) async -> Result<ConsentReport, Problem>
    func takeRedirect(_ account: String, _ pasted: PastedRedirect) async -> Result<ConsentReport, Problem>
    func refresh(_ account: String, wait: Int) async -> Result<AccountReport, Problem>
    func logout(_ account: String) async -> Result<AccountReport, Problem>
    /// The request headers of the Microsoft Advertising API, with a token as the query asks for.
    func advertisingHeaders(_ query: TokenQuery) async -> Result<AdvertisingHeaders, Problem>
    func chooseCustomer(
        _ account: String, _ customer: AdvertisingCustomer
    ) async -> Result<AdvertisingCustomer, Problem>
    func proof(_ account: String, _ request: ProofRequest) async -> Result<ProofAnswer, Problem>
    func reload() async -> Result<ReloadReport, Problem>
}

/// An access token for a reader.
package struct HandedToken: Sendable, Hashable {
    package var accessToken: String
    package var tokenType: String
    package var scope: [String]
    package var validity: Duration

    package init(accessToken: String, tokenType: String, scope: [String], validity: Duration) {
        self.accessToken = accessToken
        self.tokenType = tokenType
        self.scope = scope
        self.validity = validity
    }
}

/// `GET /token/{account}` with its query, checked.
package struct TokenQuery: Sendable, Hashable {
    package var account: String
    /// Seconds of validity that the token must have left.
    package var minTTL: Int
    package var isFresh: Bool
    /// Seconds that the answer may take.
    package var wait: Int

    package init(account: String, minTTL: Int = 0, isFresh: Bool = false, wait: Int = 30) {
        self.account = account
        self.minTTL = minTTL
        self.isFresh = isFresh
        self.wait = wait
    }
}

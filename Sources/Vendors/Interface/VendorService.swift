package import APIContract
package import APIServer
package import Accounts

/// What a vendor adds to the running daemon, beside its presets.
package protocol VendorService: Sendable {
    /// Its routes, whose handlers may ask this of the accounts.
    func routes(_ accounts: AccountAccess) -> [Route]

    /// The account's user has logged out: what was kept of that user goes.
    func forget(_ account: String) async
}

/// What a vendor's handlers may ask of the daemon's accounts.
package struct AccountAccess: Sendable {
    package typealias TokenReading =
        @Sendable (_ query: TokenQuery, _ caller: Caller) async -> Result<HandedToken, Problem>
    package typealias SettingsReading = @Sendable (_ account: String) -> Result<AccountSettings, Problem>

    /// Returns an access token once there is one.
    package let token: TokenReading
    /// Returns how the account is configured.
    package let settings: SettingsReading

    package init(token: @escaping TokenReading, settings: @escaping SettingsReading) {
        self.token = token
        self.settings = settings
    }
}

package import APIContract
package import APIServer
package import Accounts

/// A vendor's part of the running daemon, in addition to its presets.
package protocol VendorService: Sendable {
    /// The vendor's routes. Their handlers read tokens and settings through `accounts`.
    func routes(_ accounts: AccountAccess) -> [Route]

    /// Deletes what is stored about the account's user, who has logged out.
    func forget(_ account: String) async
}

/// The daemon's accounts as a vendor's handlers may access them.
package struct AccountAccess: Sendable {
    package typealias TokenReading =
        @Sendable (_ query: TokenQuery, _ caller: Caller) async -> Result<HandedToken, Problem>
    package typealias SettingsReading = @Sendable (_ account: String) -> Result<AccountSettings, Problem>

    /// Returns an access token, waiting until there is one.
    package let token: TokenReading
    /// Returns an account's settings.
    package let settings: SettingsReading

    package init(token: @escaping TokenReading, settings: @escaping SettingsReading) {
        self.token = token
        self.settings = settings
    }
}

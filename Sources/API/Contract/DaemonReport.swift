/// The body of `GET /health`.
package struct HealthReport: Codable, Sendable, Equatable {
    /// `ok` once the stored grants are loaded.
    package var status: String
    package var version: String
    package var accounts: Int
    /// The number of accounts whose newest grant isn't on disk.
    package var unsaved: Int
    /// Seconds since the daemon started.
    package var uptime: Int

    package init(status: String, version: String, accounts: Int, unsaved: Int, uptime: Int) {
        self.status = status
        self.version = version
        self.accounts = accounts
        self.unsaved = unsaved
        self.uptime = uptime
    }
}

/// The body of the answer to `POST /reload`: the changes, with the names of the accounts.
package struct ReloadReport: Codable, Sendable, Equatable {
    package var added: [String]
    package var removed: [String]
    package var changed: [String]
    package var unchanged: [String]
    /// The changed keys of `[daemon]`.
    package var settings: [String]?

    package init(
        added: [String], removed: [String], changed: [String], unchanged: [String], settings: [String]? = nil
    ) {
        self.added = added
        self.removed = removed
        self.changed = changed
        self.unchanged = unchanged
        self.settings = settings
    }
}

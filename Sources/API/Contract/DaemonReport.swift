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
    /// nil from a daemon that doesn't say.
    package var sandboxedCallers: SandboxedCallers?
    /// The daemon's process; nil from a daemon that doesn't say.
    package var pid: Int32?

    package init(
        status: String, version: String, accounts: Int, unsaved: Int, uptime: Int,
        sandboxedCallers: SandboxedCallers? = nil, pid: Int32? = nil
    ) {
        self.pid = pid
        self.sandboxedCallers = sandboxedCallers
        self.status = status
        self.version = version
        self.accounts = accounts
        self.unsaved = unsaved
        self.uptime = uptime
    }
}

/// What becomes of callers in another user namespace, on the main socket.
package enum SandboxedCallers: String, Codable, Sendable, CaseIterable {
    case refused
    case served
    /// They are served, because this kernel doesn't tell which process has connected (before Linux 6.5).
    case notToldApart = "not_told_apart"
}

/// The body of the answer to `POST /reload`: the changes, with the names of the accounts.
package struct ReloadReport: Codable, Sendable, Equatable {
    package var added: [String]
    package var removed: [String]
    package var changed: [String]
    package var unchanged: [String]
    /// The changed keys of `[daemon]`, and the changed tables `sockets.NAME`.
    package var settings: [String]?
    /// What the reload couldn't take up, and what to do about it.
    package var notes: [String]?

    package init(
        added: [String], removed: [String], changed: [String], unchanged: [String], settings: [String]? = nil,
        notes: [String]? = nil
    ) {
        self.notes = notes
        self.added = added
        self.removed = removed
        self.changed = changed
        self.unchanged = unchanged
        self.settings = settings
    }
}

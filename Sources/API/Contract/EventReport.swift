package import FoundationEssentials

/// The data of one event of `GET /events`.
package struct EventReport: Codable, Sendable, Equatable {
    /// Increases with each event; `Last-Event-ID` takes it.
    package var number: UInt64
    package var at: Date
    /// The kind of event, such as `refreshed`; it never changes.
    package var event: String
    /// The account that changed; nil where the event concerns the daemon as a whole.
    package var account: String?
    /// The event in words.
    package var message: String
    /// What varies from event to event, such as `code` and `hint` of a failure.
    package var fields: [String: String]?

    package init(
        number: UInt64, at: Date, event: String, account: String?, message: String, fields: [String: String]? = nil
    ) {
        self.number = number
        self.at = at
        self.event = event
        self.account = account
        self.message = message
        self.fields = fields
    }
}

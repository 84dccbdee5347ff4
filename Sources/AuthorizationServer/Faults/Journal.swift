package import FoundationEssentials
package import OAuth
package import Text

/// A recorded request to an endpoint that clients post to. Its values are secrets, so that printing an entry reveals
/// none.
package struct JournalEntry: Sendable {
    package let endpoint: Endpoint
    package let at: Date
    package let grantType: String?
    package let clientID: String?
    package let authentication: ClientAuthentication
    package let parameters: [String: Secret]
    package var fault: Fault?
    /// nil where no reply was sent.
    package var status: Int?
    /// The OAuth error code in the reply; nil for a success.
    package var error: String?

    init(_ request: WebRequest, endpoint: Endpoint, fault: Fault?, now: Date) {
        let form = request.form
        let basic = request.authorization.flatMap(BasicCredentials.parse)
        self.endpoint = endpoint
        at = now
        grantType = form?["grant_type"]
        clientID = basic?.id ?? form?["client_id"]
        authentication =
            basic != nil ? .clientSecretBasic : form?["client_secret"] != nil ? .clientSecretPost : .none
        parameters = form?.covered ?? [:]
        self.fault = fault
    }
}

/// What has been requested since the start of the server.
package struct Activity: Sendable {
    package var entries: [JournalEntry] = []
    /// The number of requests that are held at the moment.
    package var held = 0

    /// The requests to the token endpoint, optionally only those of one grant type.
    package func tokenRequests(_ grantType: String? = nil) -> [JournalEntry] {
        entries.filter { $0.endpoint == .token && (grantType == nil || $0.grantType == grantType) }
    }

    package var refreshes: [JournalEntry] { tokenRequests("refresh_token") }
}

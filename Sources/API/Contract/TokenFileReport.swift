/// A file that is kept at the newest access token, as the report of its account has it. It never contains the token.
package struct TokenFileReport: Codable, Sendable, Equatable {
    /// The name of the further token; nil for the account's own one.
    package var token: String?
    package var path: String
    /// Whether the file has a token now.
    package var written: Bool
    /// Why the file isn't as it should be.
    package var lastError: FailureReport?

    package init(token: String? = nil, path: String, written: Bool, lastError: FailureReport? = nil) {
        self.token = token
        self.path = path
        self.written = written
        self.lastError = lastError
    }
}

extension TokenFileReport: ContractType {
    package static let schema = ObjectSchema(
        "TokenFile", "A file that is kept at the newest access token.",
        [
            .maybe("token", .string, "The name of the further token; absent for the account's own one."),
            .always("path", .string),
            .always("written", .boolean, "Whether the file has a token now."),
            .maybe("last_error", .object(FailureReport.schema)),
        ])
}

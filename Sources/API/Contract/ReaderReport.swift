package import FoundationEssentials

/// A program that has read an account's token.
package struct ReaderReport: Codable, Sendable, Equatable {
    /// The name of the socket that it used; `main` is the usual one.
    package var socket: String
    package var uid: UInt32
    /// The unit of the service manager that it claims to be of.
    package var unit: String?
    /// The program that it claims to be.
    package var program: String?
    package var first: Date
    package var last: Date
    package var count: Int
    /// Whether `expect` of the account names it; nil where the account has none.
    package var expected: Bool?

    package init(
        socket: String, uid: UInt32, unit: String?, program: String?, first: Date, last: Date, count: Int,
        expected: Bool? = nil
    ) {
        self.socket = socket
        self.uid = uid
        self.unit = unit
        self.program = program
        self.first = first
        self.last = last
        self.count = count
        self.expected = expected
    }
}

/// The body of `GET /accounts/{account}/readers`.
package struct ReaderList: Codable, Sendable, Equatable {
    package var account: String
    /// The latest first.
    package var readers: [ReaderReport]
    /// Reads of further readers, where there were too many different ones.
    package var others: Int

    package init(account: String, readers: [ReaderReport], others: Int) {
        self.account = account
        self.readers = readers
        self.others = others
    }
}

extension ReaderReport: ContractType {
    package static let schema = ObjectSchema(
        "Reader", "A program that has read the token. A program can choose its unit and its path.",
        [
            .always("socket", .string), .always("uid", .integer),
            .maybe("unit", .string, "The unit of the service manager that it claims to be of."),
            .maybe("program", .string, "The program that it claims to be."),
            .always("first", .date), .always("last", .date), .always("count", .integer),
            .maybe("expected", .boolean, "Whether the account's key expect names it."),
        ])
}

extension ReaderList: ContractType {
    package static let schema = ObjectSchema(
        "Readers", "Who has read an account's token since the daemon started.",
        [
            .always("account", .string), .always("readers", .list(.object(ReaderReport.schema))),
            .always("others", .integer, "Reads of further readers, where there were too many different ones."),
        ])
}

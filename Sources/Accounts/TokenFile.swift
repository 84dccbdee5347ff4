/// A file that is kept at the newest access token, for programs that read a file.
package struct TokenFile: Sendable, Hashable {
    package enum Format: String, Sendable, CaseIterable {
        /// Only the token, without a newline.
        case raw
        /// The answer of the socket.
        case json
        /// The header for a request, as a line.
        case header
    }

    /// As it is configured, with its specifiers (`PathSpecifiers`).
    package var path: String
    package var format: Format
    /// Whether the file may be in a place that isn't in memory.
    package var mayBeOnDisk: Bool

    package init(path: String, format: Format = .raw, mayBeOnDisk: Bool = false) {
        self.path = path
        self.format = format
        self.mayBeOnDisk = mayBeOnDisk
    }
}

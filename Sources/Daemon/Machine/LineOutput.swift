import Glibc

/// Writes lines for people to a descriptor.
struct LineOutput: Sendable {
    let descriptor: CInt

    static let standardError = LineOutput(descriptor: STDERR_FILENO)

    /// Writes a line by a single call, so that lines of several threads don't mix. A failure to write is ignored,
    /// because there is no other place to report it.
    func line(_ text: String) {
        let bytes = Array("\(text)\n".utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    }
}

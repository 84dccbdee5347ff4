import Glibc

/// A descriptor that takes lines for people.
struct LineOutput: Sendable {
    let descriptor: CInt

    static let standardError = LineOutput(descriptor: STDERR_FILENO)

    /// One write for each line, so that lines of several threads don't mix. Where nobody reads them there is nobody to
    /// tell.
    func line(_ text: String) {
        let bytes = Array("\(text)\n".utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    }
}

import Glibc

/// The reading end of a named pipe. Its methods block: `offPool` is the place for them.
final class PipeReader: Sendable {
    private let descriptor: CInt

    struct Failure: Error {
        var code: CInt
    }

    /// Returns once somebody has opened the writing end.
    init(_ path: String) throws {
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(code: errno) }
    }

    /// Takes over an open descriptor.
    init(descriptor: CInt) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// What was written since the last time, as soon as there is some; empty where nobody has the writing end any more.
    func read() -> String {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe Glibc.read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}

import Glibc

/// The reading end of a named pipe. Its methods block, so they must be called in `offPool`.
final class PipeReader: Sendable {
    private let descriptor: CInt

    struct Failure: Error {
        var code: CInt
    }

    /// Waits until a writer has opened the pipe.
    init(_ path: String) throws {
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(code: errno) }
    }

    /// Takes ownership of an open descriptor.
    init(descriptor: CInt) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Waits for bytes and returns them; empty once no process has the writing end open any more.
    func read() -> String {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe Glibc.read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}

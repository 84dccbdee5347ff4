import FoundationEssentials
package import Glibc

/// A test's own folder with mode 0700, which is removed at the end of the test.
package final class ScratchFolder: Sendable {
    package let path: String

    package init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "vk-\(UInt64.random(in: 0...UInt64.max))")
        path = url.path
        guard unsafe mkdir(path, 0o700) == 0 else { throw Failure(call: "mkdir", code: errno) }
    }

    package struct Failure: Error {
        package var call: String
        package var code: CInt
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    package func file(_ name: String) -> String { "\(path)/\(name)" }

    package func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }

    package func read(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: file(name))))
    }

    package func text(_ name: String) throws -> String {
        String(decoding: try read(name), as: UTF8.self)
    }

    package func write(_ bytes: some Sequence<UInt8>, as name: String, mode: mode_t = 0o600) throws {
        try Data(bytes).write(to: URL(filePath: file(name)))
        guard unsafe chmod(file(name), mode) == 0 else { throw Failure(call: "chmod", code: errno) }
    }

    /// Writes a text and returns the file's path.
    package func place(_ text: String, as name: String, mode: mode_t = 0o600) throws -> String {
        try place(octets: Array(text.utf8), as: name, mode: mode)
    }

    /// Writes octets and returns the file's path.
    package func place(octets: some Sequence<UInt8>, as name: String, mode: mode_t = 0o600) throws -> String {
        try write(octets, as: name, mode: mode)
        return file(name)
    }

    package func link(_ name: String, to target: String) throws {
        guard unsafe symlink(target, file(name)) == 0 else { throw Failure(call: "symlink", code: errno) }
    }

    package func isLink(_ name: String) throws -> Bool {
        try status(name).st_mode & S_IFMT == S_IFLNK
    }

    package func makeFolder(_ name: String, mode: mode_t = 0o700) throws {
        guard unsafe mkdir(file(name), mode) == 0, unsafe chmod(file(name), mode) == 0 else {
            throw Failure(call: "mkdir", code: errno)
        }
    }

    package func makePipe(_ name: String) throws {
        guard unsafe mkfifo(file(name), 0o600) == 0 else { throw Failure(call: "mkfifo", code: errno) }
    }

    /// A Unix socket in this folder that listens until the descriptor is closed.
    package func listen(_ name: String) throws -> CInt {
        let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: file(name).utf8) }
        let bound = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0, Glibc.listen(descriptor, 16) == 0 else { throw Failure(call: "bind", code: errno) }
        return descriptor
    }

    package func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: file(name))
    }

    /// The permission bits of a file in this folder; those of the folder where no name is given.
    package func mode(_ name: String? = nil) throws -> mode_t {
        try status(name).st_mode & 0o777
    }

    private func status(_ name: String?) throws -> stat {
        var status = stat()
        guard unsafe lstat(name.map(file) ?? path, &status) == 0 else { throw Failure(call: "lstat", code: errno) }
        return status
    }

    /// A copy of the files in another folder.
    package func copy() throws -> ScratchFolder {
        let other = try ScratchFolder()
        for name in try names() { try other.write(read(name), as: name, mode: mode(name)) }
        return other
    }
}

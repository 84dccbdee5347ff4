package import Glibc

/// A system call that failed.
package struct SystemCallError: Error {
    package var call: String
    package var code: CInt

    package init(_ call: String) {
        self.call = call
        code = errno
    }

    package var reason: String { unsafe String(cString: strerror(code)) }
}

/// An open file, with the few checked system calls that storing a grant needs.
package struct POSIXFile: ~Copyable {
    private let descriptor: CInt

    /// Opens without following a link in the last step of the path, and without waiting for the other end of a pipe.
    package init(_ path: String, flags: CInt, mode: mode_t = 0) throws(SystemCallError) {
        var opened: CInt
        repeat {
            opened = unsafe open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, mode)
        } while opened < 0 && errno == EINTR
        guard opened >= 0 else { throw SystemCallError("open") }
        descriptor = opened
    }

    deinit {
        close(descriptor)
    }

    package func write(_ bytes: [UInt8]) throws(SystemCallError) {
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes[done...].withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw SystemCallError("write") }
            done += count
        }
    }

    /// Reads the whole file; nil where it is longer than `limit` bytes.
    package func read(limit: Int) throws(SystemCallError) -> [UInt8]? {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = unsafe piece.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw SystemCallError("read") }
            if count == 0 { return bytes }
            bytes += piece[..<count]
            guard bytes.count <= limit else { return nil }
        }
    }

    package func truncate(to length: Int) throws(SystemCallError) {
        guard ftruncate(descriptor, length) == 0 else { throw SystemCallError("ftruncate") }
    }

    package func sync() throws(SystemCallError) {
        guard fsync(descriptor) == 0 else { throw SystemCallError("fsync") }
    }

    /// Locks the file until it is closed here and in all children; false where another process holds the lock.
    package func lock() throws(SystemCallError) -> Bool {
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
        guard errno == EWOULDBLOCK else { throw SystemCallError("flock") }
        return false
    }

    /// Gives the lock back, also where a child process that is about to start another program still has the file open.
    package func unlock() { _ = flock(descriptor, LOCK_UN) }

    /// The file's owner and permission bits.
    package func ownership() throws(SystemCallError) -> (owner: uid_t, mode: mode_t) {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw SystemCallError("fstat") }
        return (status.st_uid, status.st_mode & 0o777)
    }

    package func restrict(to mode: mode_t) throws(SystemCallError) {
        guard fchmod(descriptor, mode) == 0 else { throw SystemCallError("fchmod") }
    }

    /// Replaces the content of `path` atomically and durably: after a crash at any point it is either the old or the
    /// new.
    package static func replace(_ path: String, with bytes: [UInt8], in folder: String) throws(SystemCallError) {
        try write(bytes, to: temporary(of: path)) { temporary throws(SystemCallError) in
            guard unsafe rename(temporary, path) == 0 else { throw SystemCallError("rename") }
        }
        try syncFolder(folder)
    }

    /// Creates the file with its whole content. Returns false, and leaves the file as it is, where it exists already.
    package static func create(_ path: String, with bytes: [UInt8], in folder: String) throws(SystemCallError) -> Bool {
        var isOurs = true
        try write(bytes, to: "\(path).\(getpid())") { temporary throws(SystemCallError) in
            if unsafe link(temporary, path) != 0 {
                guard errno == EEXIST else { throw SystemCallError("link") }
                isOurs = false
            }
            _ = unsafe unlink(temporary)
        }
        try syncFolder(folder)
        return isOurs
    }

    /// Writes the bytes to disk under a temporary name, then has `place` move them to their final name. Removes the
    /// temporary file where any step fails.
    private static func write(
        _ bytes: [UInt8], to temporary: String, place: (String) throws(SystemCallError) -> Void
    ) throws(SystemCallError) {
        _ = unsafe unlink(temporary)
        do throws(SystemCallError) {
            let file = try POSIXFile(temporary, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
            try file.write(bytes)
            try file.sync()
            try place(temporary)
        } catch {
            _ = unsafe unlink(temporary)
            throw error
        }
    }

    /// The temporary name that `replace` writes to; a crash may leave such a file behind.
    package static func temporary(of path: String) -> String { "\(path).new" }

    /// Whether there is a file of this name, including a dangling symbolic link.
    package static func exists(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0 || errno != ENOENT
    }

    package static func syncFolder(_ folder: String) throws(SystemCallError) {
        try POSIXFile(folder, flags: O_RDONLY | O_DIRECTORY).sync()
    }
}

import Glibc

/// What the kernel says of a process in /proc.
enum ProcessFile {
    /// What it gives at once of a file, at most a page; empty where there is none.
    static func start(of path: String) -> [UInt8] {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        return unsafe [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
            count = unsafe max(0, read(file, buffer.baseAddress, buffer.count))
        }
    }

    /// Where a link leads; empty where there is none, or the process hides it.
    static func target(of link: String) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: 1024) { buffer, count in
            unsafe buffer.withMemoryRebound(to: CChar.self) { path in
                guard let start = path.baseAddress else { return }
                count = unsafe max(0, readlink(link, start, path.count))
            }
        }
    }
}

import Glibc

/// systemd's side of a service, as it is documented to be stable: notification over a datagram socket, inherited
/// sockets, watchdog. Without systemd all of it does nothing.
struct ServiceManager: Sendable {
    private let notifySocket: String?
    /// How often the watchdog wants to hear of us.
    let watchdogInterval: Duration?
    /// Whether stderr goes to the journal, which takes `<N>` priorities.
    let isJournal: Bool
    let inheritedSocket: CInt?
    let credentialsFolder: String?

    private static let firstInherited: CInt = 3

    /// Reads the environment and takes the variables out of it, so that no program that is started sees them.
    init(environment: [String: String]) {
        notifySocket = environment["NOTIFY_SOCKET"]
        let isForUs = { (key: String) in environment[key].map { $0 == String(getpid()) } }
        let microseconds = environment["WATCHDOG_USEC"].flatMap { Int64($0) }
        watchdogInterval = isForUs("WATCHDOG_PID") == false ? nil : microseconds.map { .microseconds($0 / 2) }
        isJournal = environment["JOURNAL_STREAM"] != nil || environment["INVOCATION_ID"] != nil
        let count = environment["LISTEN_FDS"].flatMap { CInt($0) } ?? 0
        inheritedSocket = count > 0 && isForUs("LISTEN_PID") == true ? Self.firstInherited : nil
        credentialsFolder = environment["CREDENTIALS_DIRECTORY"]
        for key in ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"] {
            _ = unsafe unsetenv(key)
        }
        for offset in 0..<max(0, count) { _ = fcntl(Self.firstInherited + offset, F_SETFD, FD_CLOEXEC) }
    }

    func ready(_ status: String) { notify("READY=1\nSTATUS=\(status)") }

    func status(_ status: String) { notify("STATUS=\(status)") }

    func reloading(at instant: Int64) { notify("RELOADING=1\nMONOTONIC_USEC=\(instant / 1000)") }

    func stopping() { notify("STOPPING=1\nSTATUS=Stopping") }

    func keepAlive() { notify("WATCHDOG=1") }

    private func notify(_ message: String) {
        guard let path = notifySocket, !path.isEmpty else { return }
        var address = sockaddr_un()
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { bytes in
            unsafe bytes.copyBytes(from: path.utf8)
            // A leading @ stands for the NUL of an abstract name.
            if path.hasPrefix("@") { unsafe bytes[0] = 0 }
        }
        let descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let start = MemoryLayout<sockaddr_un>.size - MemoryLayout.size(ofValue: address.sun_path)
        let size = socklen_t(start + path.utf8.count)
        let bytes = Array(message.utf8)
        _ = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { target in
                unsafe bytes.withUnsafeBytes {
                    unsafe sendto(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL), target, size)
                }
            }
        }
    }
}

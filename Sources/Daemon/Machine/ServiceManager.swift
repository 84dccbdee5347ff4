import CLinux
import Glibc
import Secrets

/// The service's side of systemd's interfaces that are documented as stable: notification over a datagram socket,
/// inherited sockets, watchdog. Without systemd it does nothing.
struct ServiceManager: Sendable {
    private let notifySocket: String?
    /// How often the process must report to the watchdog; nil without one.
    let watchdogInterval: Duration?
    /// Whether standard error goes to the journal, which takes `<N>` priorities.
    let isJournal: Bool
    let inherited: InheritedSockets
    let credentialsFolder: String?
    /// The environment without the variables that are meant for this process only and that no program it starts may
    /// see.
    let environment: [String: String]

    init(environment: [String: String], process: pid_t = getpid()) {
        let isForProcess = { (key: String) in environment[key].map { $0 == "\(process)" } }
        notifySocket = environment["NOTIFY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
        let microseconds = environment["WATCHDOG_USEC"].flatMap { Int64($0) }.flatMap { $0 > 0 ? $0 : nil }
        watchdogInterval =
            isForProcess("WATCHDOG_PID") == false ? nil : microseconds.map { .microseconds($0) / 2 }
        isJournal = environment["JOURNAL_STREAM"] != nil || environment["INVOCATION_ID"] != nil
        let count = environment["LISTEN_FDS"].flatMap { CInt($0) } ?? 0
        inherited = InheritedSockets(
            count: isForProcess("LISTEN_PID") == true ? max(0, count) : 0, names: environment["LISTEN_FDNAMES"])
        credentialsFolder = environment["CREDENTIALS_DIRECTORY"]
        self.environment = environment.filter { !ProgramCall.serviceVariables.contains($0.key) }
    }

    /// Keeps what is meant for this process only from the programs that it starts: removes the variables, and marks the
    /// inherited sockets close-on-exec. Must be called before there are threads that read the environment.
    func takeOut() {
        for name in ProgramCall.serviceVariables { _ = unsafe unsetenv(name) }
        Self.keepFromPrograms(inherited.descriptors)
    }

    static func keepFromPrograms(_ descriptors: some Sequence<CInt>) {
        for descriptor in descriptors { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    }

    func ready(_ status: String) { notify("READY=1\nSTATUS=\(Self.line(status))") }

    func status(_ status: String) { notify("STATUS=\(Self.line(status))") }

    /// Reports the start of a reload, which `ready` must follow. The time is that of CLOCK_MONOTONIC, as sd_notify(3)
    /// requires.
    func reloading() { notify("RELOADING=1\nMONOTONIC_USEC=\(shim_read_clock(CLOCK_MONOTONIC) / 1000)") }

    func stopping() { notify("STOPPING=1\nSTATUS=Stopping") }

    func keepAlive() { notify("WATCHDOG=1") }

    /// Replaces line breaks, which would begin another assignment.
    private static func line(_ status: String) -> String {
        status.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    private func notify(_ message: String) {
        guard let path = notifySocket else { return }
        var address = sockaddr_un()
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { bytes in
            unsafe bytes.copyBytes(from: path.utf8)
            // A leading @ stands for the NUL byte of an abstract socket name.
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

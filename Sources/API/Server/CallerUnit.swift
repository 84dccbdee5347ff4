import CLinux
import Glibc
import Synchronization
import Text

/// The unit of the service manager that a caller claims to be of, by the name of its control group.
struct CallerUnit: Sendable, Hashable {
    /// nil for a process that is in no unit.
    let name: String?

    /// The units of the groups that callers have been in, by the groups' numbers.
    private static let known = Mutex<[UInt64: CallerUnit]>([:])
    private static let limit = 256

    /// The unit of the process to which the descriptor (pidfd) refers. Reads nothing for a group that is known; nil where
    /// the kernel doesn't tell of groups.
    init?(process: pid_t, descriptor: CInt) {
        let group = shim_caller_group(descriptor)
        guard group != 0 else { return nil }
        if let unit = Self.known.withLock({ $0[group] }) {
            self = unit
            return
        }
        // Afterwards the process hasn't ended and is in this group: what was read was its own.
        guard let unit = CallerUnit(process: process), shim_caller_group(descriptor) == group else { return nil }
        Self.known.withLock { known in
            if known.count >= Self.limit { known.removeAll() }
            known[group] = unit
        }
        self = unit
    }

    /// The unit of the process that has this number now; nil where that can't be read.
    init?(process: pid_t) {
        let groups = ProcessFile.start(of: "/proc/\(process)/cgroup")
        if groups.isEmpty { return nil }
        self.init(in: groups)
    }

    /// The last part of the path that is a unit, of cgroup version 2.
    init(in groups: [UInt8]) {
        let line = groups.split(separator: UInt8(ascii: "\n")).first { $0.starts(with: "0::".utf8) }
        let unit = line?.dropFirst(3).split(separator: UInt8(ascii: "/")).last { part in
            [".service", ".scope"].contains { part.suffix($0.utf8.count).elementsEqual($0.utf8) }
        }
        name = unit.map { UntrustedText.clean(String(decoding: $0, as: UTF8.self), limit: 120) }
    }
}

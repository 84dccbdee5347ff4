import Glibc
import Text

/// What a caller's process claims to be. A process can choose both, so they are for people who look for a surprise, and
/// nothing is decided by them.
package struct CallerClaims: Sendable, Hashable {
    /// The unit of the service manager, by the name of the control group.
    package var unit: String?
    /// The path of the program; for a process that hides it, its name.
    package var program: String?

    package init(unit: String? = nil, program: String? = nil) {
        self.unit = unit
        self.program = program
    }

    init(process: pid_t) {
        unit = Self.unit(in: Self.start(of: "/proc/\(process)/cgroup"))
        program = Self.program(of: process)
    }

    /// What the kernel gives at once of a file of /proc, at most a page: all that is needed here.
    private static func start(of path: String) -> [UInt8] {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        return unsafe [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
            count = unsafe max(0, read(file, buffer.baseAddress, buffer.count))
        }
    }

    /// The last part of the path that is a unit, of cgroup version 2.
    static func unit(in groups: [UInt8]) -> String? {
        let line = groups.split(separator: UInt8(ascii: "\n")).first { $0.starts(with: "0::".utf8) }
        let unit = line?.dropFirst(3).split(separator: UInt8(ascii: "/")).last { part in
            [".service", ".scope"].contains { part.suffix($0.utf8.count).elementsEqual($0.utf8) }
        }
        return unit.map { UntrustedText.clean(String(decoding: $0, as: UTF8.self), limit: 120) }
    }

    private static func program(of process: pid_t) -> String? {
        var path = [CChar](repeating: 0, count: 1024)
        let length = unsafe readlink("/proc/\(process)/exe", &path, path.count)
        let octets =
            length > 0
            ? path[..<length].map { UInt8(bitPattern: $0) }
            : start(of: "/proc/\(process)/comm")
        let text = UntrustedText.clean(String(decoding: octets, as: UTF8.self), limit: 200)
        return text.isEmpty ? nil : text
    }
}

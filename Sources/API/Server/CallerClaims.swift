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

    /// `unit` is the process's where that is known.
    init(process: pid_t, unit: CallerUnit?) {
        self.unit = (unit ?? CallerUnit(process: process))?.name
        let path = ProcessFile.target(of: "/proc/\(process)/exe")
        program = Self.programs.of(path.isEmpty ? ProcessFile.start(of: "/proc/\(process)/comm") : path)
    }

    private static let programs = LastText { octets in
        let text = UntrustedText.clean(String(decoding: octets, as: UTF8.self), limit: 200)
        return text.isEmpty ? nil : text
    }
}

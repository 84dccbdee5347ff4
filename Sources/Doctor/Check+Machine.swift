import APIContract
import Text

/// Checks of the machine: kernel, runtime folder, lingering, denials, clock.
extension Check {
    /// The first version with all system calls that the daemon uses.
    private static let oldestKernel = (5, 4)
    /// The largest difference, in seconds, between two clocks that doesn't matter.
    static let clockTolerance = 60.0

    static func kernel(_ facts: Facts) -> [Diagnosis] {
        let release = facts.surroundings.kernel
        let numbers = release.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
        guard numbers.count == 2 else { return [.unknown("kernel", "uname", "it calls itself \(release.quoted)")] }
        let isOld = (numbers[0], numbers[1]) < oldestKernel
        if !isOld, facts.socket.answer.value?.sandboxedCallers == .notToldApart {
            return [
                Diagnosis(
                    "kernel", .warning, lookedAt: "uname",
                    found: "Linux \(release) is older than 6.5: a sandbox that has the main socket is served like you",
                    remedy: "give each sandbox a socket of its own: [sockets.NAME]")
            ]
        }
        return [
            Diagnosis(
                "kernel", isOld ? .wrong : .ok, lookedAt: "uname",
                found: isOld ? "Linux \(release) is older than 5.4, which the daemon needs" : "Linux \(release)",
                remedy: isOld ? "upgrade the kernel" : nil)
        ]
    }

    static func runtimeFolder(_ facts: Facts) -> [Diagnosis] {
        let name = "runtime_folder"
        func wrong(_ place: String, _ found: String, _ remedy: String) -> [Diagnosis] {
            [Diagnosis(name, .wrong, lookedAt: place, found: found, remedy: remedy)]
        }
        guard let path = facts.surroundings.runtimeFolder else {
            return wrong(
                "XDG_RUNTIME_DIR", "it isn't set, and /run/user/\(facts.surroundings.user) doesn't exist",
                "loginctl enable-linger")
        }
        switch facts.surroundings.runtime {
        case .unseen(let reason): return [.unknown(name, path, reason)]
        case .seen(nil): return wrong(path, "it doesn't exist", "loginctl enable-linger")
        case .seen(let folder?):
            if !folder.isFolder {
                return wrong(path, "it isn't a folder", "set XDG_RUNTIME_DIR to /run/user/\(facts.surroundings.user)")
            }
            if folder.owner != facts.surroundings.user {
                return wrong(
                    path, "it belongs to the user \(folder.owner)",
                    "set XDG_RUNTIME_DIR to /run/user/\(facts.surroundings.user)")
            }
            if folder.isOpen {
                return wrong(path, "other users may enter it (mode \(folder.modeText))", "chmod 700 \(path)")
            }
            return [Diagnosis(name, .ok, lookedAt: path, found: "it is this user's, with mode \(folder.modeText)")]
        }
    }

    /// On a machine without a display, jobs run while nobody is logged in.
    static func linger(_ facts: Facts) -> [Diagnosis] {
        switch facts.lingers {
        case .unseen(let reason): return [.unknown("linger", "loginctl", reason)]
        case .seen(true):
            return [Diagnosis("linger", .ok, lookedAt: "loginctl", found: "the daemon runs without a login session")]
        case .seen(false) where facts.surroundings.hasDesktop:
            return [Diagnosis("linger", .ok, lookedAt: "loginctl", found: "the daemon ends with the desktop's session")]
        case .seen(false):
            return [
                Diagnosis(
                    "linger", .wrong, lookedAt: "loginctl",
                    found: "the daemon ends when you log out, and jobs then get no token",
                    remedy: "loginctl enable-linger")
            ]
        }
    }

    static func denials(_ facts: Facts) -> [Diagnosis] {
        let place = "the journal's newest messages of the kernel"
        switch facts.denials {
        case .unseen(let reason): return [.unknown("denials", place, reason)]
        case .seen(let lines):
            guard let last = lines.last else {
                return [
                    Diagnosis(
                        "denials", .ok, lookedAt: place, found: "SELinux and AppArmor have denied valetkey nothing")
                ]
            }
            return [
                Diagnosis(
                    "denials", .wrong, lookedAt: place,
                    found: "SELinux or AppArmor has denied something: \(UntrustedText.clean(last, limit: 200))",
                    remedy: "journalctl --boot --grep=valetkey")
            ]
        }
    }

    /// The smallest difference counts, so that one server with a wrong clock accuses nobody.
    static func clock(_ facts: Facts) -> [Diagnosis] {
        let leads = facts.servers.compactMap { server in
            (try? server.answer.get().clockLead).flatMap { $0 }.map { (origin: server.origin, lead: $0) }
        }
        guard let best = leads.min(by: { abs($0.lead) < abs($1.lead) }) else {
            return [.unknown("clock", "the servers' Date", "no server has told its time")]
        }
        let place = "the Date of \(best.origin)"
        guard abs(best.lead) > clockTolerance else {
            return [Diagnosis("clock", .ok, lookedAt: place, found: "this machine's clock agrees with it")]
        }
        let distance = DurationText.short(Int(abs(best.lead)))
        return [
            Diagnosis(
                "clock", .wrong, lookedAt: place,
                found: "this machine's clock is \(distance) \(best.lead > 0 ? "ahead" : "behind")",
                remedy: "timedatectl set-ntp true")
        ]
    }
}

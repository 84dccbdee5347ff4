import APIContract

/// Checks of the daemon: its units, its socket, its process.
extension Check {
    static func units(_ facts: Facts) -> [Diagnosis] {
        switch facts.units {
        case .unseen(let reason): return [.unknown("unit", "systemctl --user", reason)]
        case .seen(let units):
            let isServed = facts.socket.answer.value != nil
            return units.map { unit($0, isServed: isServed) }
        }
    }

    private static func unit(_ unit: UnitFacts, isServed: Bool) -> Diagnosis {
        let stem = unit.name.prefix { $0 != "." }
        func wrong(_ found: String, _ remedy: String) -> Diagnosis {
            Diagnosis("unit", .wrong, lookedAt: unit.name, found: found, remedy: remedy)
        }
        switch (unit.load, unit.enablement, unit.activity) {
        case ("not-found", _, _) where isServed:
            return Diagnosis("unit", .ok, lookedAt: unit.name, found: "it isn't installed; a daemon runs without it")
        case ("not-found", _, _): return wrong("it isn't installed", "systemd/install")
        case ("masked", _, _): return wrong("it is masked", "systemctl --user unmask \(unit.name)")
        case ("loaded", _, "failed"):
            return wrong(
                "it has failed", "journalctl --user -u \(stem) -n 20, then: systemctl --user restart \(unit.name)")
        case ("loaded", "disabled", _):
            return wrong(
                "it is disabled: it doesn't start with the session", "systemctl --user enable --now \(unit.name)")
        case ("loaded", _, let activity) where unit.name.hasSuffix(".socket") && activity != "active":
            return wrong("it is \(activity)", "systemctl --user start \(unit.name)")
        case ("loaded", let enablement, let activity):
            return Diagnosis("unit", .ok, lookedAt: unit.name, found: "it is \(enablement) and \(activity)")
        case (let load, _, _):
            return wrong("it can't be loaded (\(load))", "systemd-analyze --user verify \(unit.name)")
        }
    }

    static func daemon(_ facts: Facts) -> [Diagnosis] {
        guard let path = facts.socket.path else {
            return [
                Diagnosis(
                    "daemon", .wrong, lookedAt: "VALETKEY_SOCKET and XDG_RUNTIME_DIR",
                    found: "neither is set, so the daemon's socket isn't known", remedy: "loginctl enable-linger")
            ]
        }
        func wrong(_ found: String, _ remedy: String) -> [Diagnosis] {
            [Diagnosis("daemon", .wrong, lookedAt: path, found: found, remedy: remedy)]
        }
        let restart = isInstalled(facts) ? "systemctl --user restart valetkey" : "restart valetkeyd"
        switch facts.socket.answer {
        case .unseen(let reason):
            let start = isInstalled(facts) ? "systemctl --user start valetkey.socket" : "valetkeyd"
            return wrong("the daemon doesn't answer: \(reason)", reason.contains("within") ? restart : start)
        case .seen(let health) where health.version != facts.surroundings.version:
            return wrong(
                "the daemon is of version \(health.version), this program of \(facts.surroundings.version)", restart)
        case .seen(let health) where health.unsaved > 0:
            return wrong("the newest logins of \(health.unsaved) accounts aren't saved", "valetkey status")
        case .seen(let health):
            let accounts = health.accounts == 1 ? "1 account" : "\(health.accounts) accounts"
            return [
                Diagnosis("daemon", .ok, lookedAt: path, found: "it answers: version \(health.version), \(accounts)")
            ]
        }
    }

    static func isInstalled(_ facts: Facts) -> Bool {
        facts.units.value?.contains { $0.load == "loaded" } == true
    }

    /// Two daemons can't have one state folder; the process that has locked it must be the one that answers.
    static func anotherDaemon(_ facts: Facts) -> [Diagnosis] {
        let (name, folder) = ("another_daemon", facts.storage.folder)
        switch facts.storage.holder {
        case .unseen(let reason): return [.unknown(name, folder, reason)]
        case .seen(nil): return [Diagnosis(name, .ok, lookedAt: folder, found: "no other daemon uses it")]
        case .seen(let holder?):
            let own = facts.units.value?.first { $0.process != 0 }?.process
            let isServed = facts.socket.answer.value != nil
            if isServed, own == nil || own == holder {
                return [Diagnosis(name, .ok, lookedAt: folder, found: "only the daemon that answers uses it")]
            }
            return [
                Diagnosis(
                    name, .wrong, lookedAt: folder,
                    found: "the process \(holder) uses it, and isn't the daemon that this command talks to",
                    remedy: "kill \(holder)")
            ]
        }
    }
}

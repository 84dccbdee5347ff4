import APIContract
import Configuration
import Text

/// Where everything of one user's valetkey is, and what of it runs: `valetkey info`.
package struct Installation: Encodable, Sendable, Equatable {
    package struct Daemon: Encodable, Sendable, Equatable {
        package var isRunning: Bool
        package var version: String?
        package var pid: Int32?
        /// In seconds.
        package var uptime: Int?
        /// Why no daemon answers.
        package var detail: String?
    }

    package struct Unit: Encodable, Sendable, Equatable {
        package var name: String
        /// As systemctl says it: `enabled`, `disabled`; `not-found` where there is no such unit.
        package var enablement: String
        /// `active`, `inactive` or `failed`.
        package var activity: String
    }

    /// The version of the command.
    package var version: String
    package var configuration: String?
    package var state: String
    package var socket: String?
    /// `file`, `credential`, `passphrase` or `secret-service`.
    package var keyKind: String
    /// The key's file, where it is in one.
    package var keyFile: String?
    package var daemon: Daemon
    /// Absent where no service manager of the user answers.
    package var units: [Unit]?

    /// Lines for people: a name and a value each.
    package var lines: [(name: String, value: String)] {
        let running = [
            daemon.version.map { "version \($0)" }, daemon.pid.map { "pid \($0)" },
            daemon.uptime.map { "up for \(DurationText.short($0))" },
        ].compactMap(\.self).joined(separator: ", ")
        let facts: [(String, String?)] = [
            ("version", version), ("configuration", configuration), ("state", state), ("socket", socket),
            ("key", keyFile.map { "\(keyKind): \($0)" } ?? keyKind),
            ("daemon", daemon.isRunning ? "running: \(running)" : "not running: \(daemon.detail ?? "no answer")"),
        ]
        let own = facts.map { (name: $0, value: $1 ?? "no place is known: HOME or XDG_RUNTIME_DIR isn't set") }
        return own + (units ?? []).map { (name: $0.name, value: "\($0.activity), \($0.enablement)") }
    }
}

extension Installation {
    init(_ facts: Facts, _ places: Doctor.Places, runningKey: String?) {
        let health = facts.socket.answer.value
        let service = facts.units.value?.first { $0.name.hasSuffix(".service") }
        let configured = facts.configuration.report.configuration?.key?.rawValue
        let kind = runningKey ?? configured ?? (service?.hasKeyCredential == true ? "credential" : "file")
        self.init(
            version: Version.current, configuration: facts.configuration.path, state: places.state,
            socket: places.socket, keyKind: kind,
            keyFile: ["file", "passphrase"].contains(kind) ? places.key : nil,
            daemon: Daemon(
                isRunning: health != nil, version: health?.version, pid: health?.pid, uptime: health?.uptime,
                detail: facts.socket.answer.unseenReason),
            units: facts.units.value?.map { unit in
                Unit(
                    name: unit.name, enablement: unit.load == "loaded" ? unit.enablement : unit.load,
                    activity: unit.activity)
            })
    }
}

extension Doctor {
    /// Looks at the places, the daemon and the units, and at nothing on the network.
    package func installation() async -> Installation {
        var facts = Facts()
        async let configuration = configured()
        async let socket = socket(nil)
        async let units = units()
        (facts.configuration, facts.socket, facts.units) = await (configuration, socket, units)
        return Installation(facts, places, runningKey: facts.socket.key.value?.kind)
    }
}

import APIServer
import Configuration
import Glibc
import Logging
import Text

/// The sockets of the configuration's tables `[sockets.NAME]`: opens and closes them as the configuration says.
///
/// Only the `Reloader` calls it, one call at a time. A socket that the service manager has passed is closed only with
/// the daemon: its clients could connect all the same.
actor ExtraSockets {
    private struct Open {
        var settings: SocketSettings
        var socket: ExtraSocket
    }

    private let places: ExtraPlaces
    private let log: Logger
    private var server: SocketServer?
    private var wanted: [String: SocketSettings] = [:]
    private var open: [String: Open] = [:]

    init(places: ExtraPlaces, log: Logger) {
        self.places = places
        self.log = log
    }

    /// Opens the configured sockets beside the main one.
    ///
    /// - Throws: `SocketFault` of the first that can't be opened.
    func start(_ server: SocketServer) async throws(SocketFault) {
        self.server = server
        for settings in wanted.values.sorted(by: { $0.name < $1.name }) { try await open(settings) }
    }

    /// Takes over the tables of a configuration. A socket that can't be opened is logged; the others are served.
    ///
    /// - Returns: The names of the sockets that have changed.
    func adopt(_ sockets: [String: SocketSettings]) async -> [String] {
        let changed = Set(sockets.keys).union(wanted.keys).filter { sockets[$0] != wanted[$0] }.sorted()
        wanted = sockets
        guard server != nil else { return changed }
        for name in changed {
            if let before = open.removeValue(forKey: name) { await before.socket.close() }
            guard let settings = sockets[name] else { continue }
            do throws(SocketFault) {
                try await open(settings)
            } catch {
                log.error(
                    "a socket is not open",
                    metadata: ["socket": "\(name)", "detail": "\(error)", "hint": "\(error.hint)"])
            }
        }
        return changed
    }

    /// Closes all of them.
    func close() async {
        for socket in open.values { await socket.socket.close() }
        open = [:]
    }

    private func open(_ settings: SocketSettings) async throws(SocketFault) {
        guard let server else { return }
        let socket = try await server.openExtra(
            places.place(of: settings), name: settings.name, gate: SocketGate(settings),
            access: SocketAccess(mode: settings.mode, group: settings.group), connections: settings.connections)
        open[settings.name] = Open(settings: settings, socket: socket)
    }
}

/// Where the extra sockets are.
struct ExtraPlaces: Sendable {
    var inherited: InheritedSockets
    /// The folder of a socket without a path, that of the main socket; nil where there is none.
    var folder: String?
    var environment: [String: String]

    /// A socket that the service manager has passed takes precedence over a path.
    func place(of settings: SocketSettings) throws(SocketFault) -> SocketPlace {
        if let descriptor = inherited.extra(settings.name) { return .inherited(descriptor: descriptor) }
        guard let path = settings.path else {
            guard let folder else { throw .noPlace(settings.name) }
            return .path("\(folder)/valetkey-\(settings.name).sock")
        }
        guard let place = PathSpecifiers(environment: environment).expand(path) else { throw .noPlace(settings.name) }
        return .path(place)
    }
}

extension SocketGate {
    init(_ settings: SocketSettings) {
        let peers: Peers =
            switch settings.peers {
            case .own: .own
            case .users(let users): .users(Set(users))
            case .reachable: .reachable
            }
        self.init(
            accounts: Set(settings.accounts), permissions: Set(settings.allow), peers: peers,
            wait: Int(settings.wait.components.seconds))
    }
}

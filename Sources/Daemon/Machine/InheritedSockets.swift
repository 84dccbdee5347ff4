import Glibc

/// The listening sockets that the service manager has passed (sd_listen_fds_with_names(3)), matched by their names.
struct InheritedSockets: Sendable, Hashable {
    private struct Socket: Hashable {
        var name: String
        var descriptor: CInt
    }

    private let sockets: [Socket]

    static let firstDescriptor: CInt = 3
    /// The names of the main socket: that in its unit, and that of a unit which states none.
    private static let mainNames = ["valetkey", "valetkey.socket"]
    private static let extraPrefix = "valetkey-"

    /// The environment is that of a process whose `LISTEN_PID` was checked. A single socket without a name is the main
    /// one.
    init(count: CInt, names: String?) {
        let names = names.map { $0.split(separator: ":", omittingEmptySubsequences: false).map(String.init) } ?? []
        sockets = (0..<Int(count)).map { index in
            let name = names.indices.contains(index) ? names[index] : ""
            let isOnly = count == 1 && name.isEmpty
            return Socket(
                name: isOnly ? Self.mainNames[0] : name, descriptor: Self.firstDescriptor + CInt(index))
        }
    }

    var descriptors: [CInt] { sockets.map(\.descriptor) }

    var main: CInt? { sockets.first { Self.mainNames.contains($0.name) }?.descriptor }

    /// The socket for `[sockets.NAME]`.
    func extra(_ name: String) -> CInt? { sockets.first { $0.name == Self.extraPrefix + name }?.descriptor }

    /// - Throws: `StartFault.unknownSocket` for a socket that nobody would serve, so that its clients would hang.
    func check(extras: some Collection<String>) throws(StartFault) {
        var seen: Set<String> = []
        for socket in sockets {
            let name = Self.mainNames.contains(socket.name) ? Self.mainNames[0] : socket.name
            let isKnown = name == Self.mainNames[0] || extras.contains { Self.extraPrefix + $0 == name }
            guard isKnown, seen.insert(name).inserted else { throw .unknownSocket(name, isRepeated: isKnown) }
        }
    }
}

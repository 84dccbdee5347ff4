import APIContract

/// The daemon's folders and socket, according to the XDG Base Directory Specification.
package struct Places: Sendable, Hashable {
    package var state: String
    package var keyFolder: String
    /// nil where neither the environment nor the system has a place for it.
    package var socket: String?

    /// - Throws: `StartFault` where neither the variables nor a home folder are set.
    package init(
        environment: [String: String], isOwn: (String) -> Bool = DefaultSocket.isOwnFolder
    ) throws(StartFault) {
        func folder(_ variable: String, _ fallback: String) throws(StartFault) -> String {
            // The specification says to ignore relative paths.
            if let path = environment[variable], path.hasPrefix("/") { return "\(path)/valetkey" }
            guard let home = environment["HOME"], home.hasPrefix("/") else { throw .noHome(variable) }
            return "\(home)/\(fallback)/valetkey"
        }
        state = try folder("XDG_STATE_HOME", ".local/state")
        keyFolder = try folder("XDG_DATA_HOME", ".local/share")
        socket = DefaultSocket.path(isOwn: isOwn) { environment[$0] }
    }
}

import APIContract

/// The daemon's folders and socket, according to the XDG Base Directory Specification.
package struct Places: Sendable, Hashable {
    package var state: String
    package var keyFolder: String
    /// nil where `XDG_RUNTIME_DIR` isn't set.
    package var socket: String?

    /// - Throws: `StartFault` where neither the variables nor a home folder are set.
    package init(environment: [String: String]) throws(StartFault) {
        func folder(_ variable: String, _ fallback: String) throws(StartFault) -> String {
            // The specification says to ignore relative paths.
            if let path = environment[variable], path.hasPrefix("/") { return "\(path)/valetkey" }
            guard let home = environment["HOME"], home.hasPrefix("/") else { throw .noHome(variable) }
            return "\(home)/\(fallback)/valetkey"
        }
        state = try folder("XDG_STATE_HOME", ".local/state")
        keyFolder = try folder("XDG_DATA_HOME", ".local/share")
        socket = DefaultSocket.path { environment[$0] }
    }
}

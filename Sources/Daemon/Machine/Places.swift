import APIContract

/// Where the daemon's files are, as the XDG base directory specification has it.
package struct Places: Sendable, Hashable {
    package var state: String
    package var keyFolder: String
    /// nil where `XDG_RUNTIME_DIR` isn't set.
    package var socket: String?

    /// - Throws: `StartFault` where neither a variable nor a home folder tells.
    package init(environment: [String: String]) throws(StartFault) {
        func folder(_ variable: String, _ fallback: String) throws(StartFault) -> String {
            // A relative path doesn't count, says the specification.
            if let path = environment[variable], path.hasPrefix("/") { return "\(path)/valetkey" }
            guard let home = environment["HOME"], home.hasPrefix("/") else { throw .noHome(variable) }
            return "\(home)/\(fallback)/valetkey"
        }
        state = try folder("XDG_STATE_HOME", ".local/state")
        keyFolder = try folder("XDG_DATA_HOME", ".local/share")
        socket = DefaultSocket.path { environment[$0] }
    }
}

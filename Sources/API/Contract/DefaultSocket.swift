/// The default path of the daemon's socket. The daemon listens there and its clients connect there, unless another path
/// is configured.
package enum DefaultSocket {
    /// Returns nil if `XDG_RUNTIME_DIR` isn't an absolute path.
    package static func path(_ environment: (String) -> String?) -> String? {
        environment("XDG_RUNTIME_DIR").flatMap { $0.hasPrefix("/") ? path(in: $0) : nil }
    }

    package static func path(in runtimeFolder: String) -> String { "\(runtimeFolder)/valetkey.sock" }
}

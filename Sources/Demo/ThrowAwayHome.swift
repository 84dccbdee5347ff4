import APIContract
import FoundationEssentials
import Glibc

/// A temporary home for the daemon that only this user can read, removed at the end of the demonstration.
struct ThrowAwayHome: Sendable {
    let path: String

    static func make(below folder: String) throws(DemoFailure) -> ThrowAwayHome {
        var template = Array("\(folder)/valetkey-demo.XXXXXX".utf8CString)
        let isMade = unsafe template.withUnsafeMutableBufferPointer { buffer in
            unsafe buffer.baseAddress.flatMap { unsafe mkdtemp($0) } != nil
        }
        guard isMade else { throw .noHome(unsafe String(cString: strerror(errno))) }
        let octets = template.dropLast().map { UInt8(bitPattern: $0) }
        let home = ThrowAwayHome(path: String(decoding: octets, as: UTF8.self))
        do {
            for part in ["config", "config/valetkey", "state", "run", "data", "cache"] {
                try FileManager.default.createDirectory(
                    atPath: home.path + "/" + part, withIntermediateDirectories: false,
                    attributes: [.posixPermissions: 0o700])
            }
        } catch {
            home.remove()
            throw .noHome("\(error)")
        }
        return home
    }

    private var runtimeFolder: String { path + "/run" }
    var socket: String { DefaultSocket.path(in: runtimeFolder) }

    /// The environment for the daemon in place of the user's: without proxy, desktop and service manager.
    var environment: [String: String] {
        [
            "HOME": path, "XDG_CONFIG_HOME": path + "/config", "XDG_STATE_HOME": path + "/state",
            "XDG_RUNTIME_DIR": runtimeFolder, "XDG_DATA_HOME": path + "/data", "XDG_CACHE_HOME": path + "/cache",
            "PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8",
        ]
    }

    func write(configuration: String) throws(DemoFailure) {
        let isWritten = FileManager.default.createFile(
            atPath: path + "/config/valetkey/config.toml", contents: Data(configuration.utf8),
            attributes: [.posixPermissions: 0o600])
        guard isWritten else { throw .noHome("config.toml can't be written") }
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}

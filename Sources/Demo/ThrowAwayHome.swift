import APIContract
import FoundationEssentials
import Glibc

/// A temporary home for the daemon that only this user can read, removed at the end of the demonstration.
struct ThrowAwayHome: Sendable {
    let path: String

    static func make(below folder: String) throws(DemoFailure) -> ThrowAwayHome {
        let home = try empty(below: folder)
        do throws(DemoFailure) {
            try home.furnish()
        } catch {
            home.remove()
            throw error
        }
        return home
    }

    /// A folder without the folders of a home, for `home`.
    static func empty(below folder: String) throws(DemoFailure) -> ThrowAwayHome {
        var template = Array("\(folder)/valetkey-demo.XXXXXX".utf8CString)
        let isMade = unsafe template.withUnsafeMutableBufferPointer { buffer in
            unsafe buffer.baseAddress.flatMap { unsafe mkdtemp($0) } != nil
        }
        guard isMade else { throw .noHome(unsafe String(cString: strerror(errno))) }
        let octets = template.dropLast().map { UInt8(bitPattern: $0) }
        return ThrowAwayHome(path: String(decoding: octets, as: UTF8.self))
    }

    /// Makes a home in this folder, which is removed with it. A short name leaves room for the path of its socket.
    func home(_ name: String) throws(DemoFailure) -> ThrowAwayHome {
        let home = ThrowAwayHome(path: "\(path)/\(name)")
        try home.furnish()
        return home
    }

    private func furnish() throws(DemoFailure) {
        do {
            for part in ["config/valetkey", "state", "run", "data", "cache"] {
                try FileManager.default.createDirectory(
                    atPath: path + "/" + part, withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700])
            }
        } catch {
            throw .noHome("\(error)")
        }
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
        try write(configuration, as: "config/valetkey/config.toml")
    }

    /// Writes a file that only this user can read.
    func write(_ text: String, as name: String) throws(DemoFailure) {
        let isWritten = FileManager.default.createFile(
            atPath: "\(path)/\(name)", contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        guard isWritten else { throw .noHome("\(name) can't be written") }
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}

import FoundationEssentials

/// Finds the other programs that the demonstration needs.
struct Programs: Sendable {
    let environment: [String: String]

    /// The daemon next to this program, which has the same version; otherwise the one in PATH.
    func daemon() throws(DemoFailure) -> String {
        let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let folder = own.map { String($0.prefix(upTo: $0.lastIndex(of: "/") ?? $0.startIndex)) }
        if let beside = folder.map({ $0 + "/valetkeyd" }), isExecutable(beside) { return beside }
        guard let found = find("valetkeyd") else { throw .noDaemon }
        return found
    }

    /// The one that VALETKEY_ETCD names, otherwise the one in PATH.
    func etcd() throws(DemoFailure) -> String {
        if let named = environment["VALETKEY_ETCD"], !named.isEmpty {
            guard isExecutable(named) else { throw .noEtcd(named) }
            return named
        }
        guard let found = find("etcd") else { throw .noEtcd(nil) }
        return found
    }

    /// A short path, because the path of a socket can have at most 107 bytes.
    var temporaryFolder: String {
        guard let folder = environment["TMPDIR"], folder.hasPrefix("/"), folder.utf8.count <= 60 else { return "/tmp" }
        return folder
    }

    private func find(_ name: String) -> String? {
        (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":").lazy
            .filter { $0.hasPrefix("/") }.map { "\($0)/\(name)" }.first(where: isExecutable)
    }

    private func isExecutable(_ path: String) -> Bool {
        var isFolder = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder
            && FileManager.default.isExecutableFile(atPath: path)
    }
}

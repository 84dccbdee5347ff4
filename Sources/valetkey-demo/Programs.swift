import FoundationEssentials

/// Where the other programs are.
struct Programs: Sendable {
    let environment: [String: String]

    /// The daemon beside this program, which has the same version; else the one in PATH.
    func daemon() throws(DemoFailure) -> String {
        let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let folder = own.map { String($0.prefix(upTo: $0.lastIndex(of: "/") ?? $0.startIndex)) }
        if let beside = folder.map({ $0 + "/valetkeyd" }), isExecutable(beside) { return beside }
        guard let found = find("valetkeyd") else { throw .noDaemon }
        return found
    }

    /// Short, because the path of a socket holds 107 bytes at most.
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

import CLinux
import FoundationEssentials
import Glibc

/// Looks at the file system. Each of these may block for as long as a dead network file system does.
enum FileLook {
    /// Links aren't followed. nil if there is nothing at this path.
    static func facts(_ path: String) -> Observed<FileFacts?> {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else {
            let code = errno
            return code == ENOENT || code == ENOTDIR ? .seen(nil) : .unseen(unsafe String(cString: strerror(code)))
        }
        return .seen(
            FileFacts(
                isFolder: status.st_mode & S_IFMT == S_IFDIR, mode: status.st_mode & 0o7777, owner: status.st_uid,
                size: Int64(status.st_size)))
    }

    /// The files in a folder whose names end so, by path; none if there is no such folder.
    static func files(in folder: String, ending: String) -> Observed<[String: FileFacts]> {
        guard case .seen(_?) = facts(folder) else { return .seen([:]) }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            return .unseen("it can't be listed")
        }
        let pairs = names.filter { $0.hasSuffix(ending) }.compactMap { name in
            (facts("\(folder)/\(name)").value ?? nil).map { ("\(folder)/\(name)", $0) }
        }
        return .seen(Dictionary(pairs) { $1 })
    }

    /// The kind of network file system that holds the path, or the nearest folder above it that exists.
    static func networkFileSystem(_ path: String) -> Observed<String?> {
        var place = path
        while true {
            let kind = unsafe shim_file_system(place)
            let code = errno
            if kind != -1 { return .seen(networkKinds[UInt32(truncatingIfNeeded: kind)]) }
            guard code == ENOENT, let cut = place.lastIndex(of: "/"), cut > place.startIndex else {
                return .unseen(unsafe String(cString: strerror(code)))
            }
            place = String(place[..<cut])
        }
    }

    /// The numbers of network file systems in linux/magic.h.
    private static let networkKinds: [UInt32: String] = [
        0x6969: "NFS", 0x517b: "SMB", 0xff53_4d42: "CIFS", 0xfe53_4d42: "SMB", 0x0102_1997: "9P", 0x5346_414f: "AFS",
        0x6b41_4653: "AFS", 0x00c3_6400: "Ceph", 0x0bd0_0bd0: "Lustre", 0x7461_636f: "OCFS2", 0x0116_1970: "GFS2",
        0x7375_7245: "Coda", 0x6e66_7364: "NFS",
    ]

    /// The process that has locked the file; nil if none has.
    static func holder(of path: String) -> Observed<Int32?> {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return .seen(nil) }
        guard let locks = try? String(contentsOfFile: "/proc/locks", encoding: .utf8) else {
            return .unseen("/proc/locks can't be read")
        }
        return .seen(holder(inode: UInt64(status.st_ino), in: locks))
    }

    /// Lines of /proc/locks: `1: FLOCK  ADVISORY  WRITE 4711 08:01:123456 0 EOF`. The device isn't compared, because some
    /// file systems show another one there.
    static func holder(inode: UInt64, in locks: String) -> Int32? {
        locks.split(separator: "\n").lazy.compactMap { line -> Int32? in
            let words = line.split(separator: " ")
            guard words.count > 5, words[1] == "FLOCK",
                words[5].split(separator: ":").last.flatMap({ UInt64($0) }) == inode
            else { return nil }
            return Int32(words[4])
        }.first
    }
}

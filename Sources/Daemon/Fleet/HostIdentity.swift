import Files
import Glibc
import Text

/// The name by which a fleet knows this host across restarts: random, in a file of the state folder.
enum HostIdentity {
    private static let fileName = "host"
    private static let octets = 12

    /// Reads the name, or makes one.
    ///
    /// - Throws: `StorageFault` where the file can't be read or written.
    static func read(in folder: PrivateFolder) throws(StorageFault) -> String {
        let path = folder.file(fileName)
        do throws(SystemCallError) {
            do throws(SystemCallError) {
                let read = try POSIXFile(path, flags: O_RDONLY).read(limit: 100) ?? []
                let text = String(decoding: read, as: UTF8.self)
                if Base64URL.decode(text)?.count == octets { return text }
            } catch {
                guard error.code == ENOENT else { throw error }
            }
            var random = SystemRandomNumberGenerator()
            let made = RandomText.make(octets: octets, using: &random).expose()
            try POSIXFile.replace(path, with: Array(made.utf8), in: folder.path)
            return made
        } catch {
            throw .folder(path, error.reason)
        }
    }

    /// The machine's name, for people.
    static var hostName: String {
        var name = utsname()
        guard unsafe uname(&name) == 0 else { return "unknown" }
        let text = unsafe withUnsafeBytes(of: &name.nodename) { octets in
            unsafe String(decoding: octets.prefix { $0 != 0 }, as: UTF8.self)
        }
        let clean = UntrustedText.clean(text, limit: 64)
        return clean.isEmpty ? "unknown" : clean
    }
}

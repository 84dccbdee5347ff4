import Glibc

/// The numbers of users and groups by their names.
enum SystemNames {
    private static let bufferSize = 65_536

    /// A name of the user database, or a number.
    static func user(_ name: String) -> UInt32? {
        if let number = UInt32(name), number != .max { return number }
        var entry = unsafe passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: bufferSize)
        guard unsafe getpwnam_r(name, &entry, &buffer, buffer.count, &found) == 0, unsafe found != nil else {
            return nil
        }
        return unsafe entry.pw_uid
    }

    /// A name of the group database, or a number.
    static func group(_ name: String) -> UInt32? {
        if let number = UInt32(name), number != .max { return number }
        var entry = unsafe Glibc.group()
        var found: UnsafeMutablePointer<Glibc.group>?
        var buffer = [CChar](repeating: 0, count: bufferSize)
        guard unsafe getgrnam_r(name, &entry, &buffer, buffer.count, &found) == 0, unsafe found != nil else {
            return nil
        }
        return unsafe entry.gr_gid
    }
}

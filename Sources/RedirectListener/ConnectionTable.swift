import Files

/// The kernel's tables of TCP sockets, /proc/net/tcp and /proc/net/tcp6 (proc_net(5)).
package enum ConnectionTable {
    private static let paths = ["/proc/net/tcp", "/proc/net/tcp6"]
    /// Enough for 400,000 connections.
    private static let limit = 64 << 20

    package static var isReadable: Bool { read(paths[0]) != nil }

    static func owner(of ends: ConnectionEnds) -> SocketOwner? {
        for path in paths {
            if let table = read(path), let owner = owner(of: ends, in: table) { return owner }
        }
        return nil
    }

    /// The owner of the client's socket, from its row of a table. In the table of IPv6 sockets, IPv4 addresses are
    /// mapped ones.
    static func owner(of ends: ConnectionEnds, in table: some Sequence<UInt8>) -> SocketOwner? {
        let wanted = [true, false].map { isMapped in
            (text(ends.client, isMapped: isMapped), text(ends.server, isMapped: isMapped))
        }
        let rows = String(decoding: Array(table), as: UTF8.self).split(separator: "\n").dropFirst()
        for row in rows {
            let columns = row.split(separator: " ", maxSplits: 10)
            guard columns.count > 9, wanted.contains(where: { $0.0 == columns[1] && $0.1 == columns[2] }) else {
                continue
            }
            guard let user = UInt32(columns[7]), let inode = UInt(columns[9]) else { return nil }
            return SocketOwner(user: user, inode: inode)
        }
        return nil
    }

    /// An end as the tables write it: each four octets as a number of this machine, then the port.
    static func text(_ end: ConnectionEnds.End, isMapped: Bool = false) -> String {
        let prefix: [UInt8] = isMapped && end.address.count == 4 ? Array(repeating: 0, count: 10) + [0xff, 0xff] : []
        let octets = prefix + end.address
        let words = stride(from: 0, to: octets.count, by: 4).map { start in
            let number = octets[start..<start + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            return hexadecimal(UInt32(bigEndian: number), digits: 8)
        }
        return words.joined() + ":" + hexadecimal(UInt32(end.port), digits: 4)
    }

    private static func hexadecimal(_ number: UInt32, digits: Int) -> String {
        let text = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    private static func read(_ path: String) -> [UInt8]? {
        (try? FileReading.read(path, limit: limit))?.octets
    }
}

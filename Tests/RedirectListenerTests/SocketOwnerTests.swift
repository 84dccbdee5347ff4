import Glibc
import Testing

@testable import RedirectListener

struct SocketOwnerTests {
    private static let ends = ConnectionEnds(
        client: .init(address: [127, 0, 0, 1], port: 0xC350), server: .init(address: [127, 0, 0, 9], port: 0x1F90))
    private static let sixes = ConnectionEnds(
        client: .init(address: Array(repeating: 0, count: 15) + [1], port: 1),
        server: .init(address: Array(repeating: 0, count: 15) + [1], port: 0xFFFF))
    private static let head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"

    @Test(
        arguments: [
            // The user's own, root's, and another user's.
            (1000, 5, 1000, true), (0, 5, 1000, true), (1001, 5, 1000, false), (65_534, 5, 1000, false),
            // Without a process, root may stand for anybody.
            (1000, 0, 1000, true), (0, 0, 1000, false), (1001, 0, 1000, false),
            // A daemon of root serves root only.
            (0, 5, 0, true), (0, 0, 0, false), (1000, 5, 0, false),
        ] as [(uid_t, UInt, uid_t, Bool)])
    func `only sockets of the user and of root are trusted`(user: uid_t, inode: UInt, own: uid_t, isTrusted: Bool) {
        #expect(SocketOwner(user: user, inode: inode).isTrusted(by: own) == isTrusted)
    }

    #if _endian(little)
        @Test func `a row of the kernel's table is found by both ends`() {
            let rows = [
                // The other end of the same connection, then two other connections, then the one that is wanted.
                "   0: 0900007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1001        0 11 1 0 20",
                "   1: 0100007F:C350 0900007F:1F91 01 00000000:00000000 00:00000000 00000000  1002        0 12 1 0 20",
                "   2: 0100007F:C351 0900007F:1F90 01 00000000:00000000 00:00000000 00000000  1003        0 13 1 0 20",
                "   3: 0100007F:C350 0900007F:1F90 01 00000000:00000000 00:00000000 00000000  1004        0 14 1 0 20",
            ]
            let table = Self.head + rows.joined(separator: "\n") + "\n"
            #expect(ConnectionTable.owner(of: Self.ends, in: table.utf8) == SocketOwner(user: 1004, inode: 14))
            #expect(ConnectionTable.owner(of: Self.ends, in: Self.head.utf8) == nil)
            #expect(ConnectionTable.owner(of: Self.sixes, in: table.utf8) == nil)
        }

        @Test func `rows of the table of IPv6 sockets are read, with mapped IPv4 addresses`() {
            let loopback = "00000000000000000000000001000000"
            let mapped = "0000000000000000FFFF0000"
            let rest = "01 00000000:00000000 00:00000000 00000000"
            let table =
                Self.head + "   0: \(loopback):0001 \(loopback):FFFF \(rest)  7 0 21 1 0\n"
                + "   1: \(mapped)0100007F:C350 \(mapped)0900007F:1F90 \(rest)  8 0 22 1 0\n"
            #expect(ConnectionTable.owner(of: Self.sixes, in: table.utf8) == SocketOwner(user: 7, inode: 21))
            #expect(ConnectionTable.owner(of: Self.ends, in: table.utf8) == SocketOwner(user: 8, inode: 22))
        }
    #endif

    @Test(arguments: OwnerLookup.allCases)
    func `a connection that doesn't exist has no owner`(lookup: OwnerLookup) {
        #expect(lookup.owner(of: Self.ends) == nil)
        #expect(lookup.owner(of: Self.sixes) == nil)
        let unlike = ConnectionEnds(client: Self.ends.client, server: Self.sixes.server)
        #expect(lookup.owner(of: unlike) == nil)
    }

    @Test(
        arguments: [(true, true, .netlink), (true, false, .netlink), (false, true, .tables), (false, false, nil)]
            as [(Bool, Bool, OwnerLookup?)])
    func `netlink is preferred to the tables`(netlink: Bool, tables: Bool, expected: OwnerLookup?) {
        #expect(
            OwnerLookup.available {
                netlink
            } hasTables: {
                tables
            } == expected)
    }

    @Test func `netlink and the tables are both available to the tests`() {
        #expect(OwnerLookup.tellsByNetlink())
        #expect(ConnectionTable.isReadable)
    }
}

import Glibc
import Synchronization
import Testing

@testable import APIServer

struct CallerClaimsTests {
    @Test(
        arguments: [
            ("0::/user.slice/user-1000.slice/user@1000.service/app.slice/backup.service\n", "backup.service"),
            ("0::/user.slice/user-1000.slice/session-2.scope\n", "session-2.scope"),
            ("1:name=systemd:/a.service\n0::/b.service\n", "b.service"), ("0::/\n", nil), ("", nil),
            ("1:name=systemd:/a.service\n", nil), ("0::/user.slice/app.slice\n", nil),
            ("0::/evil\u{1b}[31m.service\n", "evil [31m.service"),
        ] as [(String, String?)])
    func `the unit is the last one in the control group's path`(groups: String, unit: String?) {
        #expect(CallerUnit(in: Array(groups.utf8)).name == unit)
    }

    @Test func `the unit of a known group is that of its path`() throws {
        var (ends, descriptor, size) = ([CInt](repeating: -1, count: 2), CInt(-1), socklen_t(MemoryLayout<CInt>.size))
        let type = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        try #require(unsafe socketpair(AF_UNIX, type, 0, &ends) == 0)
        // SO_PEERPIDFD, of this process itself.
        _ = unsafe getsockopt(ends[0], SOL_SOCKET, 77, &descriptor, &size)
        defer { for open in ends + [descriptor] where open >= 0 { close(open) } }
        // Before Linux 6.13 there are no groups by number.
        guard let first = CallerUnit(process: getpid(), descriptor: descriptor) else { return }
        #expect(first == CallerUnit(process: getpid()))
        // No process has the number 0: nothing is read.
        #expect(CallerUnit(process: 0, descriptor: descriptor) == first)
    }

    @Test func `a text is read once as long as the octets are the same`() {
        let calls = Atomic<Int>(0)
        let text = LastText { octets in
            calls.add(1, ordering: .relaxed)
            return octets.isEmpty ? nil : "\(octets.count)"
        }
        #expect([[], [1], [1], [2], [2, 3], [1]].map { text.of($0) } == [nil, "1", "1", "1", "2", "1"])
        #expect(calls.load(ordering: .relaxed) == 4)
    }

    @Test func `a process is known by its program, and claims are read once`() {
        let own = Caller(socket: "main", user: 0, group: 0, process: getpid()).claims
        #expect(own.program?.hasPrefix("/") == true)
        #expect(Caller(socket: "main", user: 0, group: 0, process: 0).claims == CallerClaims())
    }
}

import Glibc
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
        #expect(CallerClaims.unit(in: Array(groups.utf8)) == unit)
    }

    @Test func `a process is known by its program, and claims are read once`() {
        let own = Caller(socket: "main", user: 0, group: 0, process: getpid()).claims
        #expect(own.program?.hasPrefix("/") == true)
        #expect(Caller(socket: "main", user: 0, group: 0, process: 0).claims == CallerClaims())
    }
}

import CLinux
import Glibc
import Scratch
import Testing

@testable import Daemon

struct ServiceManagerTests {
    private let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
    }

    private func tell(_ socket: NotifySocket, _ work: (ServiceManager) -> Void) -> [String] {
        work(ServiceManager(environment: ["NOTIFY_SOCKET": socket.name]))
        return socket.received()
    }

    @Test func `each state is one datagram in the format of sd_notify`() throws {
        let socket = try NotifySocket(folder.file("notify"))
        let said = tell(socket) { manager in
            manager.ready("Serving tokens of 2 accounts")
            manager.status("Busy")
            manager.keepAlive()
            manager.stopping()
        }
        #expect(
            said == [
                "READY=1\nSTATUS=Serving tokens of 2 accounts", "STATUS=Busy", "WATCHDOG=1",
                "STOPPING=1\nSTATUS=Stopping",
            ])
    }

    @Test func `a status with several lines sets nothing else`() throws {
        let socket = try NotifySocket(folder.file("notify"))
        let said = tell(socket) { manager in
            manager.ready("broken\nMAINPID=1\r\nhint")
            manager.status("broken\nREADY=1")
        }
        #expect(said == ["READY=1\nSTATUS=broken MAINPID=1 hint", "STATUS=broken READY=1"])
    }

    @Test func `a reload is reported with the time of the monotonic clock in microseconds`() throws {
        let socket = try NotifySocket(folder.file("notify"))
        let before = shim_read_clock(CLOCK_MONOTONIC) / 1000
        let said = try #require(tell(socket) { $0.reloading() }.first)
        let after = shim_read_clock(CLOCK_MONOTONIC) / 1000
        let time = try #require(said.wholeMatch(of: /RELOADING=1\nMONOTONIC_USEC=([0-9]+)/).flatMap { Int64($0.1) })
        #expect((before...after).contains(time))
    }

    @Test func `a socket with an abstract name gets messages as well`() throws {
        let socket = try NotifySocket("@valetkey-test-\(UInt64.random(in: 0...(.max)))")
        #expect(tell(socket) { $0.keepAlive() } == ["WATCHDOG=1"])
    }

    @Test(arguments: [nil, "", "/nowhere/notify", "/\(String(repeating: "x", count: 200))"])
    func `without a service manager nothing happens`(_ name: String?) {
        var environment: [String: String] = [:]
        environment["NOTIFY_SOCKET"] = name
        ServiceManager(environment: environment).ready("nobody hears it")
    }

    @Test(
        arguments: [
            (["WATCHDOG_USEC": "30000000"], .seconds(15)),
            (["WATCHDOG_USEC": "3", "WATCHDOG_PID": "7"], .nanoseconds(1500)),
            (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "8"], nil), (["WATCHDOG_USEC": "soon"], nil),
            (["WATCHDOG_USEC": "0"], nil), (["WATCHDOG_USEC": "-2"], nil), (["WATCHDOG_PID": "7"], nil), ([:], nil),
        ] as [([String: String], Duration?)])
    func `the watchdog gets a message twice in each interval`(_ environment: [String: String], _ interval: Duration?) {
        #expect(ServiceManager(environment: environment, process: 7).watchdogInterval == interval)
    }

    @Test(
        arguments: [
            (["LISTEN_FDS": "1", "LISTEN_PID": "7"], 3),
            (["LISTEN_FDS": "2", "LISTEN_PID": "7", "LISTEN_FDNAMES": "x:valetkey"], 4),
            (["LISTEN_FDS": "0", "LISTEN_PID": "7"], nil), (["LISTEN_FDS": "-1", "LISTEN_PID": "7"], nil),
            (["LISTEN_FDS": "x", "LISTEN_PID": "7"], nil), (["LISTEN_FDS": "1", "LISTEN_PID": "8"], nil),
            (["LISTEN_FDS": "1"], nil), (["LISTEN_PID": "7"], nil), ([:], nil),
        ] as [([String: String], CInt?)])
    func `a socket is inherited only if it is meant for this process`(
        _ environment: [String: String], _ socket: CInt?
    ) {
        #expect(ServiceManager(environment: environment, process: 7).inherited.main == socket)
    }

    @Test(arguments: [("JOURNAL_STREAM", true), ("INVOCATION_ID", true), ("JOURNAL", false)])
    func `the journal is recognized by its variables`(_ variable: String, _ isJournal: Bool) {
        #expect(ServiceManager(environment: [variable: "1"]).isJournal == isJournal)
    }

    @Test func `the environment of started programs lacks only what is meant for this process`() {
        let others = ["CREDENTIALS_DIRECTORY": "/creds", "HOME": "/home/alice", "LISTEN": "1"]
        let own = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"]
        let manager = ServiceManager(environment: others.merging(own.map { ($0, "1") }) { $1 })
        #expect(manager.environment == others && manager.credentialsFolder == "/creds")
    }

    @Test func `variables for this process aren't passed to started programs`() async {
        await #expect(processExitsWith: .success) {
            let own = ["NOTIFY_SOCKET", "LISTEN_FDS", "LISTEN_PID", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDNAMES"]
            for name in own + ["SEEN"] { _ = unsafe setenv(name, "1", 1) }
            ServiceManager(environment: [:]).takeOut()
            let isTakenOut = own.allSatisfy { name in unsafe getenv(name) == nil }
            let isLeft = unsafe getenv("SEEN") != nil
            exit(isTakenOut && isLeft ? EXIT_SUCCESS : EXIT_FAILURE)
        }
    }

    @Test func `inherited sockets aren't passed to started programs`() {
        let inherited = ServiceManager(
            environment: ["LISTEN_FDS": "2", "LISTEN_PID": "7"], process: 7
        ).inherited
        #expect(Array(inherited.descriptors) == [3, 4])
        let descriptors = (0..<3).map { _ in unsafe open("/dev/null", O_RDONLY) }
        defer { for descriptor in descriptors { close(descriptor) } }
        ServiceManager.keepFromPrograms(descriptors.prefix(2))
        #expect(descriptors.map { fcntl($0, F_GETFD) } == [FD_CLOEXEC, FD_CLOEXEC, 0])
    }
}

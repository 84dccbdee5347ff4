import APIServer
import Failures
import Files
import FoundationEssentials
import Glibc
import ServiceLifecycle
import Testing

@testable import Daemon

struct StartFaultTests {
    private static let unsaved = Failure(.storage, "the disk is full", at: Date(timeIntervalSince1970: 0))

    @Test(
        arguments: [
            (.configuration(["c.toml:1:1: no", "c.toml:2:1: never"]), 78, "c.toml:1:1: no\nc.toml:2:1: never", nil),
            (.noHome("XDG_STATE_HOME"), 78, "neither XDG_STATE_HOME nor HOME names an absolute path", "set HOME"),
            (
                .noRuntimeFolder, 78,
                "neither VALETKEY_SOCKET nor XDG_RUNTIME_DIR is set, so there is no place for the socket",
                "log in with a session that sets it (loginctl enable-linger keeps it), or name a path with --socket"
            ),
            (
                .storage(.inUse("/s")), 1, "another valetkeyd uses /s", StorageFault.inUse("/s").hint
            ),
            (
                .storage(.foreignOwner("/s")), 78, "the folder /s belongs to another user",
                StorageFault.foreignOwner("/s").hint
            ),
            (.socket(.inUse("/r")), 1, "another valetkeyd serves /r", SocketFault.inUse("/r").hint),
            (.socket(.notASocket("/r")), 78, "/r exists and is not a socket", SocketFault.notASocket("/r").hint),
            (.system("timerfd_create", EMFILE), 1, "timerfd_create: Too many open files", nil),
            (
                .partEnded("Part has finished"), 1, "a part of the daemon has ended: Part has finished",
                "start it again; if it ends again, report what its log says"
            ),
            (
                .unsaved(["mail": Self.unsaved, "ads": Self.unsaved]), 1,
                "the newest grant of ads could not be written and is lost with this process: the disk is full\n"
                    + "the newest grant of mail could not be written and is lost with this process: the disk is full",
                "its refresh token on disk may be used up: if the next start can't refresh, run: "
                    + "valetkey login ads; valetkey login mail"
            ),
        ] as [(StartFault, Int32, String, String?)])
    func `each fault has a message, a hint and the exit status of its code`(
        _ fault: StartFault, _ exit: Int32, _ words: String, _ hint: String?
    ) {
        #expect("\(fault)" == words && fault.hint == hint)
        #expect(fault.exit.rawValue == exit && fault.exit == fault.code.facts.exit)
    }

    @Test func `an error that ends the services is reported as the fault that it is`() throws {
        let ended = Daemon.fault(of: ServiceGroupError.serviceFinishedUnexpectedly())
        #expect(ended.code == .internalError && "\(ended)".hasPrefix("a part of the daemon has ended: "))
        let socket = Daemon.fault(of: StartFault.socket(.inUse("/r")))
        #expect(socket.code == .alreadyRunning && "\(socket)" == "another valetkeyd serves /r")
    }
}

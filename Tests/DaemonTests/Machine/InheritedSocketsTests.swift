import Failures
import Testing

@testable import Daemon

struct InheritedSocketsTests {
    private func fault(_ count: Int32, _ names: String?, extras: [String] = []) -> String? {
        do throws(StartFault) {
            try InheritedSockets(count: count, names: names).check(extras: extras)
            return nil
        } catch {
            #expect(error.exit == .configuration && error.hint?.contains("FileDescriptorName=") == true)
            return "\(error)"
        }
    }

    @Test(
        arguments: [
            (1, "valetkey", 3), (1, "valetkey.socket", 3), (1, nil, 3), (1, "", 3), (2, "valetkey-ci:valetkey", 4),
            (2, "valetkey:valetkey-ci", 3), (1, "valetkey-ci", nil), (2, nil, nil), (0, nil, nil), (0, "valetkey", nil),
        ] as [(Int32, String?, Int32?)])
    func `the main socket is found by its name, in any order`(count: Int32, names: String?, main: Int32?) {
        #expect(InheritedSockets(count: count, names: names).main == main)
    }

    @Test func `an extra socket is found by the name in its table`() {
        let sockets = InheritedSockets(count: 3, names: "valetkey-a:valetkey:valetkey-b")
        #expect(sockets.extra("a") == 3 && sockets.extra("b") == 5)
        #expect(sockets.extra("c") == nil && sockets.extra("") == nil)
        #expect(sockets.descriptors == [3, 4, 5])
    }

    @Test func `only sockets that are served may be passed`() {
        #expect(fault(0, nil) == nil)
        #expect(fault(1, nil) == nil)
        #expect(fault(2, "valetkey-ci:valetkey", extras: ["ci"]) == nil)
        let unknown =
            #"the service manager passes a socket named "valetkey-ci", and nothing of that name is configured"#
        #expect(fault(2, "valetkey:valetkey-ci") == unknown)
        #expect(fault(1, "valetkey-ci") == unknown)
        #expect(fault(1, "other")?.contains(#"named "other""#) == true)
        #expect(fault(2, "valetkey:valetkey") == #"the service manager passes two sockets named "valetkey""#)
        #expect(fault(2, "valetkey:valetkey.socket") == #"the service manager passes two sockets named "valetkey""#)
        // Names that are missing, for two sockets.
        #expect(fault(2, nil)?.contains(#"a socket named """#) == true)
        #expect(fault(2, "valetkey")?.contains(#"a socket named """#) == true)
    }
}

import Testing

@testable import RedirectListener

// NATIVE-2, on machines that a test can't have
struct LoopbackSocketsTests {
    /// The loopback addresses of a machine, and which ports are in use.
    final class Machine {
        var missing: Set<LoopbackAddress> = []
        var taken: [LoopbackAddress: Set<Int>] = [:]
        var forbidden = 0..<1
        var nextPort = 50_000
        var bound: Set<String> = []

        func bind(_ address: LoopbackAddress, _ port: Int) throws(BindFailure) -> (String, port: Int) {
            if missing.contains(address) { throw .missing }
            var actual = port
            if port == 0 {
                actual = nextPort
                nextPort += 1
            }
            if forbidden.contains(actual) { throw .forbidden }
            if taken[address, default: []].contains(actual) { throw .taken }
            bound.insert("\(address.rawValue) \(actual)")
            return ("\(address.rawValue) \(actual)", actual)
        }

        func open(_ port: Int?) async throws(ListenerFault) -> LoopbackSockets<String> {
            try await LoopbackSockets.open(port: port) { address, port throws(BindFailure) in
                try bind(address, port)
            } close: { socket in
                bound.remove(socket)
            }
        }
    }

    let machine = Machine()

    @Test func `both addresses use the same port`() async throws {
        let sockets = try await machine.open(nil)
        #expect(sockets.sockets == ["127.0.0.1 50000", "::1 50000"])
        #expect(sockets.port == 50_000)
    }

    @Test func `a port that another program uses on ::1 is skipped`() async throws {
        machine.taken = [.ipv6: [50_000, 50_001]]
        let sockets = try await machine.open(nil)
        #expect(sockets.port == 50_002)
        #expect(machine.bound == ["127.0.0.1 50002", "::1 50002"])
    }

    @Test func `the search ends where every port is in use on ::1`() async throws {
        machine.taken = [.ipv6: Set(0..<65536)]
        await #expect(throws: ListenerFault.noFreePort) { try await machine.open(nil) }
        #expect(machine.bound.isEmpty)
    }

    @Test(arguments: [nil, 8400])
    func `one address is enough where the machine doesn't have the other`(port: Int?) async throws {
        machine.missing = [.ipv6]
        #expect(try await machine.open(port).sockets.count == 1)
        machine.missing = [.ipv4]
        let sockets = try await machine.open(port)
        #expect(sockets.sockets.count == 1)
        #expect(sockets.address == .ipv6)
    }

    @Test(arguments: [LoopbackAddress.ipv4, .ipv6])
    func `a fixed port that is in use on either address is a fault`(address: LoopbackAddress) async throws {
        machine.taken = [address: [8400]]
        await #expect(throws: ListenerFault.portTaken(8400)) { try await machine.open(8400) }
        #expect(machine.bound.isEmpty)
    }

    @Test func `a forbidden port is a fault`() async throws {
        machine.forbidden = 0..<1024
        await #expect(throws: ListenerFault.portForbidden(80)) { try await machine.open(80) }
    }

    @Test func `a machine without loopback addresses is a fault`() async throws {
        machine.missing = [.ipv4, .ipv6]
        await #expect(throws: ListenerFault.noLoopback(reason: "no such address")) { try await machine.open(nil) }
    }
}

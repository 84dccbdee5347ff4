/// A host of the demonstration: a home, and the daemon in it.
struct DemoHost: Sendable {
    /// From 1.
    let number: Int
    let home: ThrowAwayHome
    let daemon: DaemonProcess
    let client: DaemonClient

    init(_ number: Int = 1, home: ThrowAwayHome, executable: String) {
        self.number = number
        self.home = home
        daemon = DaemonProcess(executable: executable, environment: home.environment)
        client = DaemonClient(path: home.socket)
    }

    var name: String { "host \(number)" }

    /// Starts the daemon, and returns once it answers.
    func start() async throws {
        daemon.start()
        guard try await client.waitUntilReady(within: .seconds(15)) else {
            throw DemoFailure.daemonNotReady(socket: home.socket, log: daemon.log)
        }
    }
}

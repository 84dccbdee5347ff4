import APIContract
import AuthorizationServer
import Failures
import Grants
import Logging
import Scratch
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(5))) struct PartsTests {
    @Test func `events of grants are logged`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            try await rig.consent(endingAs: .granted)
            let line = await rig.log.line("consent granted")
            #expect(line.level == .info && line.fields["account"] == "demo" && line.fields["scope"] == "mail")
            guard case .token = await rig.refresh() else { throw Unexpected() }
            #expect(await rig.log.line("access token refreshed").fields["rotated"] == "true")
        }
    }

    @Test func `the daemon asks to be woken when a refresh is due, and refreshes when it is`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            try await rig.consent(endingAs: .granted)
            let due = try #require(rig.time.wakeTime)
            #expect(due == rig.keeper.account("demo")?.machine.nextRefresh && due > rig.time.now().instant)
            rig.clock.advance(by: due - rig.time.now().instant)
            rig.time.happen(.due)
            _ = await rig.log.line("access token refreshed")
            #expect(rig.server.activity.refreshes.count == 1)
        }
    }

    @Test func `a refresh that waits for the network is tried soon after the machine was asleep`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            try await rig.consent(endingAs: .granted)
            rig.transport.fail("/token")
            _ = await rig.keeper.refreshNow("demo", wait: .zero)
            _ = await rig.log.line("refresh failed")
            rig.clock.sleepThrough(.seconds(3600))
            rig.time.happen(.jumped)
            _ = await rig.log.line("access token refreshed")
        }
    }

    @Test func `the service manager is told the result of a reload that a caller requested`() async throws {
        let folder = try ScratchFolder()
        let socket = try NotifySocket(folder.file("notify"))
        let manager = ServiceManager(environment: ["NOTIFY_SOCKET": socket.name])
        let parts = Parts(try .doubles(in: folder, manager: manager))
        try await withThrowingTaskGroup { group in
            for part in parts.services { group.addTask { await part.work() } }
            try folder.write("".utf8, as: "config.toml")
            _ = await parts.api.reload()
            #expect(try await socket.next() == "STATUS=Serving tokens of 0 accounts")
            try folder.write("oops".utf8, as: "config.toml")
            _ = await parts.api.reload()
            let place = "\(folder.file("config.toml")):1:"
            #expect(
                try await socket.next().hasPrefix("STATUS=Configuration not loaded, the one before it stays: \(place)"))
            for part in parts.services.reversed() { part.stop() }
        }
    }
}

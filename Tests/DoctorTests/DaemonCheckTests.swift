import APIContract
import Testing

@testable import Doctor

struct DaemonCheckTests {
    private func results(_ name: String, _ change: (inout Facts) -> Void) throws -> [Diagnosis] {
        var facts = try Facts.healthy()
        change(&facts)
        return facts.results(name)
    }

    @Test(
        arguments: [
            ("masked", "", "inactive", "systemctl --user unmask valetkey.socket"),
            ("loaded", "disabled", "active", "systemctl --user enable --now valetkey.socket"),
            ("loaded", "enabled", "inactive", "systemctl --user start valetkey.socket"),
            ("loaded", "enabled", "failed", "systemctl --user restart valetkey.socket"),
            ("bad-setting", "", "inactive", "systemd-analyze --user verify valetkey.socket"),
        ])
    func `a unit that is masked, disabled, down or broken is wrong`(
        _ load: String, _ enablement: String, _ activity: String, _ remedy: String
    ) throws {
        let results = try results("unit") {
            $0.units = .seen([
                UnitFacts(name: "valetkey.socket", load: load, enablement: enablement, activity: activity)
            ])
        }
        #expect(results.map(\.state) == [.wrong] && results[0].remedy?.hasSuffix(remedy) == true)
        #expect(results[0].lookedAt == "valetkey.socket")
    }

    @Test func `a service that waits for its first reader is right`() throws {
        let results = try results("unit") {
            $0.units = .seen([
                UnitFacts(name: "valetkey.service", load: "loaded", enablement: "enabled", activity: "inactive")
            ])
        }
        #expect(results.map(\.state) == [.ok])
    }

    @Test func `units that aren't installed are wrong only where no daemon runs without them`() throws {
        let missing = [UnitFacts(name: "valetkey.service", load: "not-found", enablement: "", activity: "inactive")]
        #expect(try results("unit") { $0.units = .seen(missing) }.map(\.state) == [.ok])
        let alone = try results("unit") {
            $0.units = .seen(missing)
            $0.socket.answer = .unseen("nobody listens")
        }
        #expect(alone.map(\.state) == [.wrong] && alone[0].remedy == "systemd/install")
    }

    @Test func `a daemon that doesn't answer is wrong, with the way to start it`() throws {
        let down = try results("daemon") { $0.socket.answer = .unseen("No such file or directory") }
        #expect(down.map(\.state) == [.wrong] && down[0].remedy == "systemctl --user start valetkey.socket")
        #expect(down[0].found == "the daemon doesn't answer: No such file or directory")
        let bare = try results("daemon") {
            $0.socket.answer = .unseen("No such file or directory")
            $0.units = .unseen("no systemd")
        }
        #expect(bare[0].remedy == "valetkeyd")
        let slow = try results("daemon") { $0.socket.answer = .unseen("no answer within 3 s") }
        #expect(slow[0].remedy == "systemctl --user restart valetkey")
        let nowhere = try results("daemon") { $0.socket.path = nil }
        #expect(nowhere.map(\.state) == [.wrong] && nowhere[0].found.contains("isn't known"))
    }

    @Test func `a daemon of another version, or with unsaved logins, is wrong`() throws {
        let old = try results("daemon") { $0.surroundings.version = "1.3" }
        #expect(old[0].found == "the daemon is of version 1.2, this program of 1.3")
        #expect(old[0].remedy == "systemctl --user restart valetkey")
        let unsaved = try results("daemon") {
            $0.socket.answer = .seen(HealthReport(status: "ok", version: "1.2", accounts: 1, unsaved: 1, uptime: 7))
        }
        #expect(unsaved.map(\.state) == [.wrong] && unsaved[0].remedy == "valetkey status")
    }

    @Test func `a process that has locked the state folder must be the daemon that answers`() throws {
        func other(_ change: (inout Facts) -> Void) throws -> Diagnosis {
            try #require(try results("another_daemon", change).first)
        }
        #expect(try other { $0.storage.holder = .seen(nil) }.state == .ok)
        #expect(try other { _ in }.state == .ok)
        let second = try other { $0.storage.holder = .seen(99) }
        #expect(second.state == .wrong && second.remedy == "kill 99")
        #expect(try other { $0.socket.answer = .unseen("no") }.state == .wrong)
        let manual = try other {
            $0.storage.holder = .seen(99)
            $0.units = .unseen("no systemd")
        }
        #expect(manual.state == .ok)
    }
}

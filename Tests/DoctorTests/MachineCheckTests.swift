import APIContract
import HTTPTransport
import Testing

@testable import Doctor

struct MachineCheckTests {
    /// The only result of a check on healthy facts with one change.
    private func result(_ name: String, _ change: (inout Facts) -> Void = { _ in }) throws -> Diagnosis {
        var facts = try Facts.healthy()
        change(&facts)
        let results = facts.results(name)
        #expect(results.count == 1)
        return try #require(results.first)
    }

    @Test func `nothing is wrong on a healthy machine, and no check is silent about it`() throws {
        let facts = try Facts.healthy()
        #expect(Check.run(on: facts).allSatisfy { $0.state == .ok && $0.remedy == nil })
        let silent = Check.all.filter { facts.results($0.name).isEmpty }.map(\.name)
        #expect(silent == ["store", "scopes", "last_login", "token_files"])
        #expect(Set(Check.all.map(\.name)).count == Check.all.count)
    }

    @Test func `facts that couldn't be had are called unknown, not wrong`() {
        let unknown = Check.run(on: Facts()).filter { $0.state == .unknown }
        #expect(
            Set(unknown.map(\.check)).isSuperset(of: [
                "kernel", "unit", "another_daemon", "linger", "state_folder", "grants", "key", "denials", "clock",
                "account",
            ]))
        #expect(
            unknown.allSatisfy {
                $0.remedy == nil && $0.found.hasPrefix("couldn't be looked at: ") || $0.check == "kernel"
            })
    }

    @Test(arguments: [
        ("5.4.0", Diagnosis.State.ok), ("5.3.18-lp152", .wrong), ("4.19.0", .wrong), ("6.0", .ok), ("10.1", .ok),
        ("", .unknown), ("Linux", .unknown),
    ])
    func `an old kernel is wrong`(_ release: String, _ state: Diagnosis.State) throws {
        #expect(try result("kernel") { $0.surroundings.kernel = release }.state == state)
    }

    @Test(arguments: [
        (SandboxedCallers.notToldApart, Diagnosis.State.warning), (.refused, .ok), (.served, .ok),
    ])
    func `a kernel that doesn't tell sandboxes from their user is a warning`(
        callers: SandboxedCallers, state: Diagnosis.State
    ) throws {
        let found = try result("kernel") {
            $0.socket.answer = .seen(
                HealthReport(
                    status: "ok", version: "1.2", accounts: 1, unsaved: 0, uptime: 7, sandboxedCallers: callers))
        }
        #expect(found.state == state && (found.remedy?.contains("[sockets.NAME]") ?? false) == (state == .warning))
    }

    @Test func `a runtime folder that is missing, another user's or open is wrong`() throws {
        let unset = try result("runtime_folder") { $0.surroundings.runtimeFolder = nil }
        #expect(unset.state == .wrong && unset.remedy == "loginctl enable-linger")
        #expect(unset.found.contains("/run/user/1000"))
        let cases: [(FileFacts?, String)] = [
            (nil, "doesn't exist"), (.file, "isn't a folder"),
            (FileFacts(isFolder: true, mode: 0o700, owner: 0), "belongs to the user 0"),
            (FileFacts(isFolder: true, mode: 0o755, owner: 1000), "(mode 0755)"),
        ]
        for (folder, words) in cases {
            let wrong = try result("runtime_folder") { $0.surroundings.runtime = .seen(folder) }
            #expect(wrong.state == .wrong && wrong.found.contains(words) && wrong.remedy != nil)
        }
        let slow = try result("runtime_folder") { $0.surroundings.runtime = .unseen("slow") }
        #expect(slow.state == .unknown)
    }

    @Test func `lingering is wanted where there is no display`() throws {
        let server = try result("linger") { $0.lingers = .seen(false) }
        #expect(server.state == .wrong && server.remedy == "loginctl enable-linger")
        let desktop = try result("linger") {
            $0.lingers = .seen(false)
            $0.surroundings.hasDesktop = true
        }
        #expect(desktop.state == .ok)
    }

    @Test func `a denial in the journal is shown without control characters`() throws {
        let wrong = try result("denials") {
            $0.denials = .seen(["older", "avc:  denied { read } \u{1b}[2J valetkeyd"])
        }
        #expect(wrong.state == .wrong && wrong.found.hasSuffix("avc:  denied { read } [2J valetkeyd"))
        #expect(!wrong.found.contains("older"))
    }

    @Test(arguments: [
        ([60.0], Diagnosis.State.ok), ([61], .wrong), ([-61], .wrong), ([-59], .ok), ([4000, 0.2], .ok),
        ([-4000, 300], .wrong),
    ])
    func `a clock is wrong if it differs from every server's`(_ leads: [Double], _ state: Diagnosis.State) throws {
        let clock = try result("clock") { facts in
            facts.servers = leads.enumerated().map { index, lead in
                ServerFacts(
                    origin: "https://\(index).example", accounts: ["acme"], answer: .success(.init(clockLead: lead)))
            }
        }
        #expect(clock.state == state)
        #expect(clock.remedy == (state == .wrong ? "timedatectl set-ntp true" : nil))
    }

    @Test func `a wrong clock is called ahead or behind, by the server's Date`() throws {
        func found(_ lead: Double) throws -> String {
            try result("clock") {
                $0.servers = [ServerFacts(origin: "o", accounts: [], answer: .success(.init(clockLead: lead)))]
            }.found
        }
        #expect(try found(420) == "this machine's clock is 7m 0s ahead")
        #expect(try found(-420) == "this machine's clock is 7m 0s behind")
        let silent = try result("clock") {
            $0.servers = [
                ServerFacts(origin: "o", accounts: [], answer: .success(.init(clockLead: nil))),
                ServerFacts(origin: "p", accounts: [], answer: .failure(TransportFailure(.timeout, "slow"))),
            ]
        }
        #expect(silent.state == .unknown)
    }
}

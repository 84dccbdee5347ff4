import APIContract
import Failures
import FakeDaemon
import FoundationEssentials
import Testing
import Text

@testable import Command
@testable import Console

/// What `valetkey store status` prints.
@Suite(.timeLimit(.minutes(2))) struct StoreScreenTests {
    private let plain = Terminal(descriptor: -1, isTerminal: false, hasColour: false)

    private func lines(_ report: StoreReport, _ screen: Terminal? = nil) -> [String] {
        StoreScreen(screen: screen ?? plain, now: .example + 60).lines(report)
    }

    @Test func `it shows members, hosts and accounts`() {
        var report = StoreReport.example
        report.problem = nil
        report.accounts[0].share.unreachableSince = nil
        report.accounts[0].share.problem = nil
        #expect(
            lines(report) == [
                "Fleet ads-team, host build-1 (h-1).",
                "Sealed with the key key-2; also opened with key-1.",
                "",
                "MEMBER               STATE      LATENCY  VERSION",
                "https://etcd-1:2379  leader     3 ms     3.4.23",
                "  └ no reply",
                "  └ hint: look",
                "https://etcd-2:2379  no answer  -        -",
                "",
                "HOST     LAST SEEN  VERSION  KEYS",
                "build-7  2m 5s ago  9.8.7    key-1",
                "  └ lacks the key key-2: add it to old_keys in [store] there",
                "  └ no reply",
                "  └ hint: look",
                "h-1      this host  -        -",
                "",
                "ACCOUNT  VERSION  REFRESHED BY  WHEN",
                "ads      3.12     build-7       1m 0s ago",
                "  └ in doubt: build-8 began a refresh 1m 0s ago, taken over in 0s (or: valetkey store take ads)",
                "  └ the newest grant isn't in the shared store yet",
            ])
    }

    @Test func `a member that follows the leader answers, and a host that seals with an unknown key shows it`() {
        var report = StoreReport(kind: "etcd", fleet: "f", host: "h", hostName: "n")
        var member = StoreReport.Member(endpoint: "e")
        (member.reachable, member.leader) = (true, false)
        var host = StoreReport.Host(host: "h-9", own: false)
        host.sealsWith = "key-9"
        (report.members, report.hosts) = ([member], [host])
        (report.sealsWith, report.opensWith) = ("key-1", ["key-1"])
        #expect(
            lines(report) == [
                "Fleet f, host n (h).", "Sealed with the key key-1.", "No account is shared.", "",
                "MEMBER  STATE    LATENCY  VERSION", "e       answers  -        -", "",
                "HOST  LAST SEEN  VERSION  KEYS", "h-9   -          -        key-9",
            ])
    }

    @Test func `it says why keys and hosts aren't known`() {
        var report = StoreReport(kind: "etcd", fleet: "f", host: "h", hostName: "n")
        report.problem = FailureReport(code: "store_unreachable", detail: "no reply", hint: "run: valetkey store check")
        #expect(
            lines(report) == [
                "Fleet f, host n (h).", "no reply", "hint: run: valetkey store check", "No account is shared.",
            ])
    }

    // P5
    @Test(arguments: [40, 60, 80, 120])
    func `no line is wider than the terminal`(columns: Int) {
        let screen = Terminal(descriptor: -1, isTerminal: true, hasColour: true, size: (columns, 24))
        for line in lines(.example, screen) { #expect(line.cells <= columns, "\(line)") }
    }

    @Test func `the command prints the daemon's report, and JSON with the version of its form`() async throws {
        try await withServedDaemon { daemon, path, _ in
            let text = try await valetkey(["store", "status", "--socket", path])
            #expect(text.code == 0 && text.output.contains("\nHOST     LAST SEEN") && text.errors == "")
            let json = try await valetkey(["store", "status", "--json", "--socket", path])
            #expect(json.code == 0 && json.output.contains("\"format_version\" : 1"))
            #expect(try ContractJSON.decode(StoreReport.self, from: Data(json.output.utf8)) == .example)
            #expect(await daemon.allCalls() == ["store", "store"])
        }
    }
}

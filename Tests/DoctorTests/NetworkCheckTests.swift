import Failures
import FoundationEssentials
import HTTPTransport
import Testing

@testable import Doctor

struct NetworkCheckTests {
    private func results(_ name: String, _ change: (inout Facts) -> Void) throws -> [Diagnosis] {
        var facts = try Facts.healthy()
        change(&facts)
        return facts.results(name)
    }

    @Test(
        arguments: [
            (.nameLookup, "name_lookup", "getent hosts as.example"), (.tls, "tls", "curl -sSI https://as.example:8443"),
            (.connection, "server", "curl -sSI https://as.example:8443"),
            (.timeout, "server", "curl -sSI https://as.example:8443"),
        ] as [(TransportFailure.Kind, String, String)])
    func `a server that can't be reached is wrong, by the kind of its failure`(
        _ kind: TransportFailure.Kind, _ check: String, _ remedy: String
    ) throws {
        let wrong = try results("server") {
            $0.servers = [
                ServerFacts(
                    origin: "https://as.example:8443", accounts: ["a", "b", "c", "d"],
                    answer: .failure(TransportFailure(kind, "as curl says")))
            ]
        }
        #expect(wrong.map(\.check) == [check] && wrong[0].state == .wrong)
        #expect(wrong[0].remedy?.hasPrefix(remedy) == true)
        #expect(wrong[0].found.hasSuffix("(as curl says), for a, b, c and 1 more"))
    }

    @Test func `an issuer that calls itself otherwise is wrong, with the key to change`() throws {
        let failure = Failure(.otherIssuer, "it is another", hint: "set issuer = \"x\"", at: Date())
        let wrong = try results("issuer") {
            $0.issuers = [IssuerFacts(issuer: "https://as.example", accounts: ["acme"], failure: failure)]
        }
        #expect(wrong.map(\.state) == [.wrong] && wrong[0].remedy == "set issuer = \"x\"")
        #expect(wrong[0].found == "it is another, for acme")
    }

    @Test func `a proxy that only the shell has is wrong where the service manager starts the daemon`() throws {
        let wrong = try results("proxy") {
            $0.surroundings.proxies = ["https_proxy": "http://p:1", "no_proxy": "x"]
            $0.managerProxies = .seen(["no_proxy": "x"])
        }
        #expect(wrong.map(\.state) == [.wrong] && wrong[0].lookedAt == "https_proxy")
        #expect(wrong[0].remedy?.hasPrefix("systemctl --user import-environment https_proxy && ") == true)
        #expect(!wrong[0].found.contains("http://p:1"))
        let same = try results("proxy") {
            $0.surroundings.proxies = ["https_proxy": "http://p:1"]
            $0.managerProxies = .seen(["https_proxy": "http://p:1"])
        }
        #expect(same.map(\.state) == [.ok])
        let manual = try results("proxy") {
            $0.surroundings.proxies = ["https_proxy": "http://p:1"]
            $0.units = .unseen("no systemd")
        }
        #expect(manual.map(\.state) == [.ok] && manual[0].found == "a proxy is set")
        #expect(try results("proxy") { $0.managerProxies = .unseen("slow") }.map(\.state) == [.unknown])
    }
}

import Failures
import HTTPTransport

/// Checks of the way to the authorization servers.
extension Check {
    static func servers(_ facts: Facts) -> [Diagnosis] {
        facts.servers.map { server in
            switch server.answer {
            case .success:
                return Diagnosis("server", .ok, lookedAt: server.origin, found: "it answers")
            case .failure(let failure):
                let (name, found, remedy) = words(failure, server.origin)
                return Diagnosis(
                    name, .wrong, lookedAt: server.origin, found: "\(found), for \(people(server.accounts))",
                    remedy: remedy)
            }
        }
    }

    private static func words(
        _ failure: TransportFailure, _ origin: String
    ) -> (check: String, found: String, remedy: String) {
        let host = origin.drop { $0 != "/" }.drop { $0 == "/" }
        let look = "curl -sSI \(origin)"
        switch failure.kind {
        case .nameLookup:
            return ("name_lookup", "its name can't be found (\(failure))", "getent hosts \(host.prefix { $0 != ":" })")
        case .tls:
            return (
                "tls", "its certificate isn't trusted (\(failure))",
                "\(look) shows why; a server's own authority goes into certificate_authority of its account"
            )
        case .descriptors:
            return ("server", "it can't be asked: \(failure)", "ulimit -n shows the limit; end programs that use it up")
        case .connection, .timeout, .cut, .tooLarge, .cancelled, .other:
            return ("server", "it can't be reached (\(failure))", look)
        }
    }

    static func issuers(_ facts: Facts) -> [Diagnosis] {
        facts.issuers.map { issuer in
            guard let failure = issuer.failure else {
                return Diagnosis("issuer", .ok, lookedAt: issuer.issuer, found: "its metadata names the same issuer")
            }
            return Diagnosis(
                "issuer", .wrong, lookedAt: issuer.issuer, found: "\(failure.detail), for \(people(issuer.accounts))",
                remedy: failure.hint)
        }
    }

    /// A daemon that systemd starts has the manager's variables, not the shell's.
    static func proxy(_ facts: Facts) -> [Diagnosis] {
        let own = facts.surroundings.proxies
        let place = own.isEmpty ? "the proxy variables" : own.keys.sorted().joined(separator: ", ")
        guard isInstalled(facts) else {
            return [
                Diagnosis("proxy", .ok, lookedAt: place, found: own.isEmpty ? "no proxy is set" : "a proxy is set")
            ]
        }
        switch facts.managerProxies {
        case .unseen(let reason): return [.unknown("proxy", place, reason)]
        case .seen(let others):
            let lacking = own.keys.filter { others[$0] != own[$0] }.sorted()
            guard lacking.isEmpty else {
                return [
                    Diagnosis(
                        "proxy", .wrong, lookedAt: lacking.joined(separator: ", "),
                        found: "the shell has it, and the daemon's service manager has none or another",
                        remedy:
                            "systemctl --user import-environment \(lacking.joined(separator: " ")) && systemctl --user "
                            + "restart valetkey")
                ]
            }
            return [
                Diagnosis(
                    "proxy", .ok, lookedAt: place,
                    found: others.isEmpty ? "no proxy is set" : "the daemon uses the manager's proxy")
            ]
        }
    }

    static func people(_ accounts: [String]) -> String {
        guard accounts.count > 3 else { return accounts.joined(separator: ", ") }
        return "\(accounts.prefix(3).joined(separator: ", ")) and \(accounts.count - 3) more"
    }
}

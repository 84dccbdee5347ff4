import APIContract
import Console
import Failures
import FoundationEssentials
import Text

/// What git tells a credential helper, and the answer (git-credential(1), "Input/Output format").
struct GitCredential: Equatable {
    private var attributes: [String: String] = [:]
    private var lists: [String: [String]] = [:]

    init(_ lines: [String]) {
        for line in lines {
            guard let sign = line.firstIndex(of: "=") else { continue }
            let (name, value) = (String(line[..<sign]), String(line[line.index(after: sign)...]))
            if name.hasSuffix("[]") {
                // An empty value clears the list.
                if value.isEmpty { lists[name] = [] } else { lists[name, default: []].append(value) }
            } else {
                attributes[name] = value
            }
        }
    }

    /// A token goes over HTTPS only, or to this machine.
    func checkTransport() throws(CommandFailure) {
        let name = attributes["protocol"] ?? ""
        if name == "https" { return }
        let host = (attributes["host"] ?? "").prefix { $0 != ":" }
        if name == "http", ["localhost", "127.0.0.1"].contains(host) || attributes["host"]?.hasPrefix("[::1]") == true {
            return
        }
        throw CommandFailure(
            "git would send the token to \((attributes["host"] ?? "").shown) over \(name.shown), not https",
            hint: "use the https address of the repository", exit: .usage)
    }

    /// The token that the server has refused.
    var refused: String? { attributes["credential"] ?? attributes["password"] }

    /// Whether git can send the token as what it is, and the server takes it as that.
    private var takesBearer: Bool {
        let challenges = lists["wwwauth[]"] ?? []
        return lists["capability[]"]?.contains("authtype") == true
            && challenges.contains { $0.lowercased().hasPrefix("bearer") }
    }

    /// The lines for git, without a newline behind the last one.
    func answer(_ token: TokenAnswer, username: String) throws(CommandFailure) -> String {
        guard token.tokenType.lowercased() == "bearer" else {
            throw CommandFailure(
                "the account's tokens are of type \(token.tokenType.shown), which git can't send",
                hint: "set dpop = false for an account that git uses", exit: .configuration)
        }
        var lines: [String]
        if takesBearer {
            lines = [
                "capability[]=authtype", "authtype=Bearer", "credential=\(token.accessToken)", "ephemeral=1",
            ]
        } else {
            lines = ["username=\(attributes["username"] ?? username)", "password=\(token.accessToken)"]
        }
        if let expires = token.expiresAt {
            lines.append("password_expiry_utc=\(Int(expires.timeIntervalSince1970))")
        }
        return lines.joined(separator: "\n")
    }
}

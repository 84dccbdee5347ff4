import Accounts
import Text

/// Reads the table `[docker]`: registries, by host and perhaps port, with whose token they get.
struct DockerReader {
    let table: TableReader

    static let keys = ["account", "username"]

    func registries() -> [String: DockerRegistry] {
        var found: [String: DockerRegistry] = [:]
        for name in table.values.keys.sorted() {
            guard isHost(name) else {
                table.note(
                    "\(name.quoted) in docker isn't a registry", at: name,
                    hint: "write its host in lower case, and its port if it has one, such as \"registry.example:5000\"")
                continue
            }
            guard let registry = table.table(name) else { continue }
            registry.refuseUnknownKeys(Self.keys)
            guard let account = registry.text("account") else {
                if !registry.has("account") {
                    table.note(
                        "\(name.quoted) in docker names no account", at: name,
                        hint: "write { account = \"NAME\" }, whose token the registry gets")
                }
                continue
            }
            found[name] = DockerRegistry(
                account: account, username: registry.text("username") ?? DockerRegistry.usualName)
        }
        return found
    }

    private func isHost(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { octet in
                switch octet {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
                    UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"):
                    true
                default: false
                }
            }
    }
}

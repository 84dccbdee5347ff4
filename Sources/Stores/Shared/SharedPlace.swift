import Crypto
import FoundationEssentials
package import Grants
package import Register
import Text

/// Where a fleet keeps the record of an account in the register. Hosts with another client or server have another place,
/// so that they never meet each other's grants.
package struct SharedPlace: Sendable, Hashable {
    package let account: String
    /// Identifies the client and the server.
    package let binding: String
    package let name: RegisterName

    /// What all names of this format begin with.
    private static let format = "valetkey/1"

    /// `fleet` and `account` have no slash.
    package init(fleet: String, account: String, binding: GrantBinding) {
        let hash = SHA256.hash(data: Data("\(binding.clientID)\u{0}\(binding.server)".utf8))
        self.init(fleet: fleet, account: account, code: String(Base64URL.encode(hash).prefix(12)))
    }

    private init(fleet: String, account: String, code: String) {
        self.account = account
        binding = code
        name = RegisterName("\(Self.root(of: fleet))/\(account)/\(code)")
    }

    /// The place that a name of the fleet stands for; nil where it is another kind of name.
    package init?(_ name: RegisterName, fleet: String) {
        guard name.isBelow(Self.root(of: fleet)) else { return nil }
        let words = name.text.dropFirst(Self.root(of: fleet).prefix.count)
            .split(separator: "/", omittingEmptySubsequences: false)
        guard words.count == 2, words.allSatisfy({ !$0.isEmpty }) else { return nil }
        self.init(fleet: fleet, account: String(words[0]), code: String(words[1]))
    }

    /// What the names of the hosts' own records are below.
    package static func hosts(of fleet: String) -> RegisterName { RegisterName("\(format)/\(fleet)/host") }

    /// What the names of all records of a fleet are below.
    package static func root(of fleet: String) -> RegisterName { RegisterName("\(format)/\(fleet)/grant") }
}

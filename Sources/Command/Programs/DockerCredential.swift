import APIContract
import FoundationEssentials

/// What docker and the programs like it read from a credential helper, and write to it.
struct DockerCredential: Codable, Equatable {
    enum CodingKeys: String, CodingKey {
        case server = "ServerURL"
        case username = "Username"
        case secret = "Secret"
    }

    var server: String
    var username: String
    var secret: String

    /// By this text on standard output docker tells a registry without a credential from a helper that fails.
    static let notFound = "credentials not found in native keychain"

    /// The registry of a server's name or address, which docker writes in several ways.
    static func registry(of server: String, among registries: [RegistryReport]) -> RegistryReport? {
        var host = server.lowercased()[...]
        for scheme in ["https://", "http://"] where host.hasPrefix(scheme) { host = host.dropFirst(scheme.count) }
        host = host.prefix { $0 != "/" }
        return registries.first { $0.registry == host }
    }
}

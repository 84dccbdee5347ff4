package import Accounts
import Files
package import Text

/// Reads secrets from where the configuration says they are.
package struct SecretReader: Sendable {
    /// The daemon's environment: it names the home folder and the credentials folder, and is passed to commands.
    let environment: [String: String]
    let clock: any Clock<Duration>
    /// How long a command may take.
    let commandLimit: Duration
    /// Returns the secret of a registration by its name; only the daemon can open one.
    private let registered: @Sendable (String) async throws(SecretFault) -> Secret

    static let sizeLimit = 64 << 10

    package init(
        environment: [String: String], clock: any Clock<Duration>, commandLimit: Duration = .seconds(30),
        registered: @escaping @Sendable (String) async throws(SecretFault) -> Secret = SecretReader.noRegistration
    ) {
        self.environment = environment
        self.clock = clock
        self.commandLimit = commandLimit
        self.registered = registered
    }

    @Sendable package static func noRegistration(_ name: String) async throws(SecretFault) -> Secret {
        throw .noRegistration(name: name)
    }

    package func read(_ source: SecretSource) async throws(SecretFault) -> Secret {
        switch source {
        case .literal(let secret):
            return try Self.secret(in: Array(secret.expose().utf8), from: .literal)
        case .file(let path): return try readFile(path)
        case .command(let words): return try await runCommand(words)
        case .credential(let name): return try readCredential(name)
        case .registration(let name): return try await registered(name)
        }
    }

    /// A private key in PEM, from a file that nobody else may read.
    package func readKey(_ path: String) throws(SecretFault) -> Secret {
        try readText(path, isPrivate: true)
    }

    /// A certificate, in PEM.
    package func readCertificate(_ path: String) throws(SecretFault) -> Secret {
        try readText(path, isPrivate: false)
    }

    /// Returns the absolute path of a file that libcurl will read itself, after checking that it can be read: libcurl
    /// would report a missing file as a connection failure.
    package func readable(_ path: String) throws(SecretFault) -> String {
        let path = try expand(path)
        do throws(FileFault) {
            try FileReading.check(path)
        } catch {
            throw .file(.file(path), error)
        }
        return path
    }

    private func readText(_ path: String, isPrivate: Bool) throws(SecretFault) -> Secret {
        let path = try expand(path)
        let file = try contents(path, of: .file(path))
        guard !isPrivate || !file.permissions.isOpen else {
            throw .openToOthers(path: path, mode: file.permissions.text)
        }
        guard let text = String(validating: file.octets, as: UTF8.self), !text.isEmpty else {
            throw .empty(.file(path))
        }
        return Secret(text)
    }

    /// Whether the name is a plain file name, which can't lead out of the credentials folder.
    package static func isCredentialName(_ name: String) -> Bool {
        !name.isEmpty && name != "." && name != ".." && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
    }

    /// The path with the home folder in place of a leading `~/`.
    package func expand(_ path: String) throws(SecretFault) -> String {
        guard path.hasPrefix("~/") else { return path }
        guard let home = environment["HOME"], home.hasPrefix("/") else { throw .noHomeFolder(path: path) }
        return home + path.dropFirst()
    }

    func readFile(_ path: String) throws(SecretFault) -> Secret {
        let path = try expand(path)
        let file = try contents(path, of: .file(path))
        guard !file.permissions.isOpen else {
            throw .openToOthers(path: path, mode: file.permissions.text)
        }
        return try Self.secret(in: file.octets, from: .file(path))
    }

    /// Only systemd writes that folder, so file modes aren't checked.
    private func readCredential(_ name: String) throws(SecretFault) -> Secret {
        guard Self.isCredentialName(name), let folder = environment["CREDENTIALS_DIRECTORY"], folder.hasPrefix("/")
        else { throw .noCredentials(name: name.shown) }
        let origin = SecretFault.Origin.credential(name)
        return try Self.secret(in: contents("\(folder)/\(name)", of: origin).octets, from: origin)
    }

    private func contents(_ path: String, of origin: SecretFault.Origin) throws(SecretFault) -> ReadFile {
        do throws(FileFault) {
            return try FileReading.read(path, limit: Self.sizeLimit)
        } catch {
            throw .file(origin, error)
        }
    }
}

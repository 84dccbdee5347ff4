package import Failures
import Files
import FoundationEssentials
import Glibc
package import Text

/// A client's registration as `valetkey setup` made it (RFC 7591).
package struct StoredRegistration: Codable, Sendable, Equatable {
    package var issuer: String
    package var clientID: String
    private var clientSecret: String?
    private var accessToken: String?
    /// Where the registration is managed (RFC 7592).
    package var managementURI: String?

    package init(
        issuer: String, clientID: String, secret: Secret? = nil, accessToken: Secret? = nil,
        managementURI: String? = nil
    ) {
        self.issuer = issuer
        self.clientID = clientID
        clientSecret = secret?.expose()
        self.accessToken = accessToken?.expose()
        self.managementURI = managementURI
    }

    package var secret: Secret? { clientSecret.map(Secret.init) }

    /// The token that manages the registration.
    package var token: Secret? { accessToken.map(Secret.init) }
}

/// Registrations, each in a sealed file of its own beside the grants.
extension FileGrantStore {
    /// - Throws: a failure where it can't be written, or the store is locked.
    package func save(_ registration: StoredRegistration, account: String) async throws(Failure) {
        try await perform(account, "write") { [self] in
            guard let key = keys.first else { throw Failure.locked(at: Date()) }
            let bytes = try SealedGrant.seal(
                try JSONEncoder().encode(registration), account: Self.binding(ofRegistration: account), key: key)
            try POSIXFile.replace(registrationPath(account), with: bytes, in: folder.path)
        }
    }

    /// nil where there is none.
    ///
    /// - Throws: a failure where it can't be read or opened, or the store is locked.
    package func registration(of account: String) async throws(Failure) -> StoredRegistration? {
        try await perform(account, "read") { [self] in
            guard let bytes = try content(registrationPath(account)) else { return nil }
            guard !keys.isEmpty else { throw Failure.locked(at: Date()) }
            guard
                let plain = try? SealedGrant.plain(
                    bytes, account: Self.binding(ofRegistration: account), keys: keys),
                let registration = try? JSONDecoder().decode(StoredRegistration.self, from: plain)
            else {
                throw Failure(
                    .unreadableFile, "the stored registration \(registrationPath(account)) can't be opened",
                    hint: "remove the file, then run: valetkey setup", at: Date())
            }
            return registration
        }
    }

    package func eraseRegistration(of account: String) async throws(Failure) {
        try await perform(account, "remove") { [self] in
            guard unsafe unlink(registrationPath(account)) == 0 || errno == ENOENT else {
                throw SystemCallError("unlink")
            }
            try POSIXFile.syncFolder(folder.path)
        }
    }

    private func registrationPath(_ account: String) -> String { folder.file("\(account)\(Self.registrationSuffix)") }

    /// The account whose registration a file of this name holds.
    static func account(ofRegistration name: String) -> String? {
        name.hasSuffix(registrationSuffix) ? String(name.dropLast(registrationSuffix.count)) : nil
    }

    /// What is bound into the seal. No account has a slash in its name, so that a registration never passes for a grant.
    static func binding(ofRegistration account: String) -> String { "\(account)/registration" }

    private static var registrationSuffix: String { ".registration" }
}

package import Accounts
package import Failures
import FoundationEssentials
package import Grants
package import HTTPTransport
package import OAuth
package import Secrets

/// Fetches the metadata and the keys of authorization servers when they are needed, and caches them for as long as the
/// servers allow.
package actor ServerDirectory {
    private struct Key: Hashable {
        var issuer: String
        var template: String?
        var metadataURL: EndpointURL?
        var authority: String?
    }

    private struct KeyPlace: Hashable {
        var url: EndpointURL
        var authority: String?
    }

    private struct Entry {
        var metadata: ServerMetadata
        var fetched: Instant
        var expires: Instant
    }

    private let transport: any HTTPTransport
    private let time: any Timekeeper
    private let secrets: SecretReader
    private var entries: [Key: Entry] = [:]
    /// Servers without metadata, with the time until which they aren't asked again unless the metadata is required.
    private var absent: [Key: Instant] = [:]
    private var keySets: [KeyPlace: (keys: JSONWebKeySet, expires: Instant)] = [:]
    /// Callers that wait for a document which another caller is fetching.
    private var waiting: [Key: [CheckedContinuation<Result<ServerMetadata, Failure>, Never>]] = [:]

    private static let patience = Duration.seconds(10)
    /// How long a server without metadata isn't asked again.
    private static let absence = Duration.seconds(600)
    private static let shortestLife = Duration.seconds(60)

    package init(transport: any HTTPTransport, time: any Timekeeper, secrets: SecretReader) {
        self.transport = transport
        self.time = time
        self.secrets = secrets
    }

    /// The purpose that endpoints are needed for.
    package enum Purpose {
        case tokens
        case browser
        case device
        case revocation
    }

    /// Returns the account with the endpoints for its purpose. Configured endpoints take precedence over the metadata,
    /// which is fetched if an endpoint is missing or it may contain more. If fetching fails, an expired document is
    /// used.
    package func resolve(
        _ settings: AccountSettings, for purpose: Purpose = .tokens
    ) async throws(Failure) -> ResolvedAccount {
        let isComplete = settings.endpoints.serve(purpose)
        var metadata: ServerMetadata?
        if settings.issuer != nil, !isComplete || settings.gains(byMetadataFor: purpose) {
            // Optional metadata isn't requested each time from a server that has none.
            let isPointless = isComplete && (absent[key(settings)].map { $0 > time.now().instant } ?? false)
            switch isPointless ? nil : await self.metadata(of: settings) {
            case .success(let found): metadata = found
            case .failure(let failure):
                absent[key(settings)] = time.now().instant + Self.absence
                if !isComplete { throw failure }
            case nil: break
            }
        }
        guard let account = ResolvedAccount(settings, metadata: metadata),
            account.settings.endpoints.serve(purpose)
        else {
            // The server's metadata may be corrected at any time, so it is fetched again soon.
            endpointFailed(settings)
            throw Failure(
                .noEndpoint,
                "neither the configuration nor the server's metadata names the endpoint that is needed",
                account: settings.name, at: time.now().wall)
        }
        return account
    }

    /// Shortens the life of the cached metadata after one of its endpoints failed, because the endpoint may have moved.
    package func endpointFailed(_ settings: AccountSettings) {
        guard settings.issuer != nil else { return }
        let key = key(settings)
        guard let entry = entries[key] else { return }
        entries[key]?.expires = min(entry.expires, entry.fetched + Self.shortestLife)
    }

    package func metadata(of settings: AccountSettings) async -> Result<ServerMetadata, Failure> {
        let key = key(settings)
        let known = entries[key]
        if let known, known.expires > time.now().instant { return .success(known.metadata) }
        if waiting[key] != nil {
            return await withCheckedContinuation { waiting[key]?.append($0) }
        }
        waiting[key] = []
        var result = await fetch(settings, key)
        if case .failure = result, let known { result = .success(known.metadata) }
        for waiter in waiting.removeValue(forKey: key) ?? [] { waiter.resume(returning: result) }
        return result
    }

    private func key(_ settings: AccountSettings) -> Key {
        Key(
            issuer: settings.issuer ?? "", template: settings.traits.issuerTemplate,
            metadataURL: settings.traits.metadataURL, authority: settings.traits.certificateAuthority)
    }

    private func fetch(_ settings: AccountSettings, _ key: Key) async -> Result<ServerMetadata, Failure> {
        let authorities: String?
        do throws(SecretFault) {
            authorities = try self.authorities(of: settings)
        } catch {
            return .failure(Failure(.certificateAuthority, "\(error)", account: settings.name, at: time.now().wall))
        }
        var failure = self.failure(settings, "its metadata is at none of the well-known places")
        let stated = key.metadataURL.map { [$0.text] }
        for location in stated ?? ServerMetadata.locations(of: key.issuer) {
            switch await get(location, authorities) {
            // A server that can't be reached at one path can't be reached at another either.
            case .failure(let failure): return .failure(self.failure(settings, failure.description))
            case .success(let reply):
                guard reply.status == 200 else { continue }
                do throws(MetadataFault) {
                    let metadata = try ServerMetadata(
                        Data(reply.body), of: Issuer(key.issuer, template: key.template))
                    let now = time.now().instant
                    entries[key] = Entry(metadata: metadata, fetched: now, expires: now + reply.freshness)
                    return .success(metadata)
                } catch {
                    failure = self.failure(settings, "\(location): \(error)", fault: error)
                }
            }
        }
        return .failure(failure)
    }

    /// The keys for a server's id_tokens. `isStale` fetches them again, because the cached ones don't verify a token.
    package func keys(
        at url: EndpointURL, for settings: AccountSettings, isStale: Bool = false
    ) async -> JSONWebKeySet? {
        let place = KeyPlace(url: url, authority: settings.traits.certificateAuthority)
        if !isStale, let known = keySets[place], known.expires > time.now().instant { return known.keys }
        guard case .success(let reply) = await getKeys(url, for: settings), reply.status == 200,
            let keys = JSONWebKeySet(Data(reply.body))
        else { return keySets[place]?.keys }
        keySets[place] = (keys, time.now().instant + reply.freshness)
        return keys
    }

    /// `authorities` is the path of a file with the certificate authorities to trust; nil uses the system's.
    private func get(_ url: String, _ authorities: String?) async -> Result<HTTPReply, TransportFailure> {
        let isDirect = (try? EndpointURL(url))?.isLoopback ?? false
        return await transport.send(
            HTTPCall(
                .get, url, headers: [("Accept", "application/json")], timeout: Self.patience, isDirect: isDirect,
                wantedHeaders: ["Cache-Control"], authorities: authorities))
    }

    private func getKeys(_ url: EndpointURL, for settings: AccountSettings) async -> Result<HTTPReply, TransportFailure>
    {
        do throws(SecretFault) {
            return await get(url.text, try authorities(of: settings))
        } catch {
            return .failure(TransportFailure(.other, "\(error)"))
        }
    }

    /// nil if the system's certificate authorities are trusted.
    private func authorities(of settings: AccountSettings) throws(SecretFault) -> String? {
        guard let path = settings.traits.certificateAuthority else { return nil }
        return try secrets.readable(path)
    }

    private func failure(
        _ settings: AccountSettings, _ reason: String, fault: MetadataFault? = nil
    ) -> Failure {
        var failure = Failure(
            .discovery, "the metadata of \(settings.issuer ?? "") can't be had: \(reason)",
            hint: "check the network and issuer of [accounts.\(settings.name)]", at: time.now().wall)
        if case .otherIssuer(let other) = fault {
            failure.code = .otherIssuer
            failure.hint =
                "if that is your server, set issuer = \"\(other)\" in [accounts.\(settings.name)], then run: "
                + "valetkey reload"
        }
        return failure
    }
}

extension AccountSettings {
    /// Whether the metadata may be useful although all endpoints are known. For an account with a preset it isn't.
    fileprivate func gains(byMetadataFor purpose: ServerDirectory.Purpose) -> Bool {
        if self.provider != nil { return false }
        let choosesMethod =
            self.client.choosesMethod && (self.client.secret != nil || self.client.key != nil)
        return switch purpose {
        case .browser: true
        case .revocation: choosesMethod || self.endpoints.revocation == nil
        case .tokens, .device: choosesMethod
        }
    }
}

extension Endpoints {
    fileprivate func serve(_ purpose: ServerDirectory.Purpose) -> Bool {
        switch purpose {
        // A missing revocation endpoint is no error.
        case .tokens, .revocation: token != nil
        case .browser: token != nil && authorization != nil
        case .device: token != nil && deviceAuthorization != nil
        }
    }
}

extension HTTPReply {
    /// How long the reply may be cached according to `Cache-Control`, within limits; an hour if it doesn't say.
    var freshness: Duration {
        let bounds = 60...86_400
        let directives = (headers["Cache-Control"] ?? "").lowercased().split { $0 == "," || $0 == " " }
        if directives.contains("no-store") || directives.contains("no-cache") { return .seconds(bounds.lowerBound) }
        let age = directives.first { $0.hasPrefix("max-age=") }.flatMap { Int($0.dropFirst("max-age=".count)) }
        return .seconds(min(max(age ?? 3600, bounds.lowerBound), bounds.upperBound))
    }
}

package import Accounts
package import Secrets
import Text

/// The keys of a fleet: the first one seals what its hosts share, the others only open it.
package struct FleetKeys: Sendable {
    package let all: [SealingKey]

    /// Reads the fleet's key and its old keys, from where the configuration says they are.
    ///
    /// - Throws: `FleetKeyFault` for the first one that can't be read.
    package static func read(
        _ source: SecretSource, old: [SecretSource], _ secrets: SecretReader
    ) async throws(FleetKeyFault) -> FleetKeys {
        var keys: [SealingKey] = []
        for (source, place) in [(source, "key")] + old.map({ ($0, "old_keys") }) {
            let text: Secret
            do throws(SecretFault) {
                text = try await secrets.read(source)
            } catch {
                throw .unread(place, error)
            }
            guard let key = SealingKey(text: text) else { throw .noKey(place) }
            if !keys.contains(where: { $0.id == key.id }) { keys.append(key) }
        }
        return FleetKeys(all: keys)
    }

    package init(all: [SealingKey]) {
        self.all = all
    }

    package var current: SealingKey? { all.first }
}

/// Why a fleet's key can't be used.
package enum FleetKeyFault: Error, CustomStringConvertible {
    /// The configuration's key, and why its value can't be read.
    case unread(String, SecretFault)
    case noKey(String)

    package var description: String {
        switch self {
        case .unread(let place, let fault): "\(place) of [store]: \(fault)"
        case .noKey(let place): "\(place) of [store] isn't a key: it has other than 32 octets in base64url"
        }
    }

    package var hint: String? {
        switch self {
        case .unread(_, let fault): fault.hint
        case .noKey: "valetkey store key prints a new key"
        }
    }
}

package import Accounts

/// The keys that a configuration file may have, by table.
package enum ConfigurationKeys {
    package static func all(_ catalogue: ProviderCatalogue) -> [(table: String, keys: [String])] {
        [
            ("accounts.NAME", AccountReader.allKeys(catalogue)),
            ("accounts.NAME.tokens.NAME", AccountReader.tokenKeys + AccountReader.tokenFileKeys),
            ("daemon", ConfigurationReader.daemonKeys),
            ("sockets.NAME", SocketReader.keys),
            ("docker", DockerReader.keys),
            ("store", StoreReader.keys),
        ]
    }
}

package import ArgumentParser
import Failures

/// The arguments of `valetkey setup`, which another program takes over: it links what the command doesn't.
package struct SetupOptions: ParsableArguments, Equatable {
    @Argument(
        help:
            "A provider, or the URL of an API or of an authorization server; default: a list of providers to choose from.",
        completion: .presets)
    package var target: String?

    @Option(name: .long, help: "The name of the new account.")
    package var account: String?

    @Option(name: .customLong("client-id"), help: "The id of a client that is registered already.")
    package var clientID: String?

    @Option(
        name: .customLong("client-secret-file"), help: "The file that holds the client's secret.", completion: .file())
    package var clientSecretFile: String?

    @Option(
        name: .customLong("secret-file"), parsing: .singleValue,
        help: ArgumentHelp("The file with another secret of the provider, by its key.", valueName: "KEY=PATH"))
    package var secretFiles: [String] = []

    @Option(name: .long, help: "The scopes to ask for, with spaces between them.")
    package var scopes: String?

    @Option(name: .long, help: "The tenant, for a provider that has tenants.")
    package var tenant: String?

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("Another value that the provider needs, such as region=eu.", valueName: "KEY=VALUE"))
    package var set: [String] = []

    @Option(name: .long, help: "The authorization server, where an API names several or none.")
    package var issuer: String?

    @Option(
        name: .customLong("redirect-uri"), help: "The redirect URI to register; default: one of this account's own.")
    package var redirectURI: String?

    @Flag(name: .long, help: "Ask nothing: take the defaults, and fail where there is none.")
    package var yes = false

    @Option(
        name: .long, help: "The configuration; default: $XDG_CONFIG_HOME/valetkey/config.toml.", completion: .file())
    package var config: String?

    @OptionGroup package var daemon: DaemonOptions

    package init() {}

    /// The arguments again, for another program to parse.
    package var words: [String] {
        let options: [(String, [String])] = [
            ("account", [account].compactMap(\.self)), ("client-id", [clientID].compactMap(\.self)),
            ("client-secret-file", [clientSecretFile].compactMap(\.self)), ("secret-file", secretFiles),
            ("scopes", [scopes].compactMap(\.self)), ("tenant", [tenant].compactMap(\.self)), ("set", set),
            ("issuer", [issuer].compactMap(\.self)), ("redirect-uri", [redirectURI].compactMap(\.self)),
            ("config", [config].compactMap(\.self)), ("socket", [daemon.socket].compactMap(\.self)),
        ]
        let stated = options.flatMap { name, values in values.map { "--\(name)=\($0)" } }
        return stated + (yes ? ["--yes"] : []) + ["--"] + [target].compactMap(\.self)
    }

    /// The values of repeated `KEY=VALUE` options.
    ///
    /// - Throws: a failure of the command where one has no key.
    package static func pairs(_ texts: [String], _ option: String) throws(CommandFailure) -> [String: String] {
        var pairs: [String: String] = [:]
        for text in texts {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw CommandFailure(.usage, "--\(option) takes KEY=VALUE, not \(text)")
            }
            pairs[parts[0]] = parts[1]
        }
        return pairs
    }

    package static func == (one: Self, other: Self) -> Bool { one.words == other.words }
}

package import APIClient
package import Accounts
package import Console
import Failures
package import Grants
package import HTTPTransport
import OAuth
package import Secrets
import Text

/// `valetkey setup`: asks for what an account needs, writes it into the configuration, and offers to log in.
///
/// Everything is asked before anything is written, so that a stop at any question leaves nothing behind.
package struct Setup {
    let options: SetupOptions
    let file: AccountFile
    let catalogue: ProviderCatalogue
    let dialogue: Dialogue
    let transport: any HTTPTransport
    let time: any Timekeeper
    let secrets: SecretReader
    /// The daemon; nil where its socket isn't known.
    let daemon: SocketClient?
    /// Runs `valetkey` with these arguments at the same terminal, and returns its exit status.
    let runCommand: ([String]) -> Int32

    package init(
        options: SetupOptions, file: AccountFile, catalogue: ProviderCatalogue, dialogue: Dialogue,
        transport: any HTTPTransport, time: any Timekeeper, secrets: SecretReader, daemon: SocketClient?,
        runCommand: @escaping ([String]) -> Int32
    ) {
        self.options = options
        self.file = file
        self.catalogue = catalogue
        self.dialogue = dialogue
        self.transport = transport
        self.time = time
        self.secrets = secrets
        self.daemon = daemon
        self.runCommand = runCommand
    }

    /// Returns the exit status: that of the last command that was run, or 0.
    package func run() async throws(CommandFailure) -> Int32 {
        let taken = try file.accounts()
        if let account = options.account, let complaint = AccountFile.complaint(account, among: taken) {
            throw CommandFailure(.usage, complaint, hint: "name another one with --account")
        }
        let target = if let stated = options.target { stated } else { try chooseTarget() }
        guard !target.contains("://") else {
            let name = try await addFromAddress(try Self.address(target), taken)
            return try end(name, provider: nil)
        }
        let provider = try preset(target)
        let name = try addFromPreset(provider, taken)
        return try end(name, provider: provider)
    }

    /// A name for the new account: an option's, or the answer to a question.
    func accountName(like usual: String, _ taken: Set<String>) throws(CommandFailure) -> String {
        if let stated = options.account { return stated }
        let free = ([usual] + (2...999).map { "\(usual)-\($0)" }).first {
            AccountFile.complaint($0, among: taken) == nil
        }
        return try dialogue.ask("Name of the account", default: free, option: "--account") {
            AccountFile.complaint($0, among: taken)
        }
    }

    /// The scopes to ask for: an option's, or the answer to a question.
    func scopes(like usual: [String]) throws(CommandFailure) -> [String] {
        let usual = usual.joined(separator: " ")
        if let stated = options.scopes, let complaint = Self.complaint(scopes: stated) {
            throw CommandFailure(.usage, complaint)
        }
        let text =
            if let stated = options.scopes {
                stated
            } else {
                try dialogue.ask(
                    "Scopes, with spaces between them", default: usual, option: "--scopes",
                    complaint: Self.complaint(scopes:))
            }
        return Scope(parsing: text).tokens
    }

    private static func complaint(scopes: String) -> String? {
        let scope = Scope(parsing: scopes)
        return scope.isEmpty || scope.isWellFormed ? nil : "A character there is in no scope."
    }

    /// The redirect URI that an option names.
    func statedRedirectURI() throws(CommandFailure) -> RedirectURI? {
        guard let text = options.redirectURI else { return nil }
        do throws(RedirectFault) {
            return try RedirectURI(text)
        } catch {
            throw CommandFailure(.usage, "--redirect-uri: \(error)")
        }
    }

    /// What is wrong with the characters of a client id; nil where nothing is.
    static func complaint(clientID id: String) -> String? {
        id.utf8.allSatisfy { (0x20...0x7e).contains($0) } ? nil : "A character there is in no client id."
    }

    func clientID() throws(CommandFailure) -> String {
        if let stated = options.clientID {
            if let complaint = Self.complaint(clientID: stated) { throw CommandFailure(.usage, complaint) }
            return stated
        }
        return try dialogue.ask(
            "Client id (some providers call it application id)", option: "--client-id",
            complaint: Self.complaint(clientID:))
    }

    private static func address(_ text: String) throws(CommandFailure) -> EndpointURL {
        do throws(EndpointFault) {
            return try EndpointURL(text)
        } catch {
            throw CommandFailure(.usage, "\(text): \(error)")
        }
    }
}

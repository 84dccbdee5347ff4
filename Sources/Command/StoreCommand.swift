import ArgumentParser
import Console
import Text

struct StoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "Look after the store through which hosts share grants.",
        subcommands: [
            StoreStatusCommand.self, StoreCheckCommand.self, StoreKeyCommand.self, StoreTakeCommand.self,
        ])
}

struct StoreCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check that the shared store can be reached and used.",
        discussion: """
            Each member is asked for its state, and it is tried whether this host may read and write the fleet's records; \
            nothing is written. The daemon needn't run. The exit code is 0 if nothing is wrong.
            """)

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
        let arguments = ["--doctor", "--store"] + (json ? ["--json"] : [])
        throw OtherProgram.becomeDaemonProgram(arguments).tell(asJSON: json)
    }
}

struct StoreKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Print a new key for a fleet.",
        discussion: """
            The key seals all grants of the fleet in the shared store. Write it to a file with mode 0600 on each host \
            (umask 077; valetkey store key > FILE), or into a credential, and name it as key in [store]. To exchange the \
            key, first add the new one to old_keys on every host, then make it the key and the earlier one an old key.
            """)

    func run() throws {
        var random = SystemRandomNumberGenerator()
        try Terminal.output.result(RandomText.make(octets: 32, using: &random).expose())
    }
}

import ArgumentParser
import Console

/// The program `valetkey-demo`, a further name of the daemon's program.
package enum DemoProgram {
    package static let name = "valetkey-demo"

    /// The command as its parser describes it.
    package static var description: String { DemoCommand._dumpHelp() }

    package static func main() async {
        if let words = Completion.request(CommandLine.arguments) {
            return Completion.answer(words, of: DemoCommand.self)
        }
        await DemoCommand.main()
    }
}

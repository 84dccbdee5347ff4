import ArgumentParser
import Console

/// The program `valetkey-ads`, a further name of the daemon's program.
package enum AdsProgram {
    package static let name = "valetkey-ads"

    /// The command as its parser describes it.
    package static var description: String { AdsCommand._dumpHelp() }

    package static func main() async {
        if let words = Completion.request(CommandLine.arguments) {
            return Completion.answer(words, of: AdsCommand.self)
        }
        await AdsCommand.main()
    }
}

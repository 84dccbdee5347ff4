import ArgumentParser
import Console

/// The program `valetkey-ads`, a further name of the daemon's program.
package enum AdsProgram {
    package static let name = "valetkey-ads"

    /// The command as its parser describes it.
    package static var description: String { AdsCommand._dumpHelp() }

    /// Returns the program's exit status.
    package static func main() async -> Int32 { await AdsCommand.runCompletingProgram() }
}

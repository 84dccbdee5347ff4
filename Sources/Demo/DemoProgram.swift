import ArgumentParser
import Console

/// The program `valetkey-demo`, a further name of the daemon's program.
package enum DemoProgram {
    package static let name = "valetkey-demo"

    /// The command as its parser describes it.
    package static var description: String { DemoCommand._dumpHelp() }

    /// Returns the program's exit status.
    package static func main() async -> Int32 { await DemoCommand.runCompletingProgram() }
}

import ArgumentParser
import CClearedHeap
import Daemon
import Demo
import VendorPrograms

/// The daemon, and under other names the programs that share most of their code with it: one file instead of three, of
/// which each has the Swift runtime, is less than half the size.
@main
struct Program {
    @MainActor
    static func main() async {
        let name = CommandLine.arguments.first?.split(separator: "/").last.map(String.init) ?? ""
        if name == DemoProgram.name { return await DemoProgram.main() }
        if let program = vendorPrograms.first(where: { $0.name == name }) { return await program.main() }
        shim_clear_freed_memory()
        DaemonCommand.keepOneHeap()
        let thread = OneThread()
        await withTaskExecutorPreference(thread) {
            await DaemonCommand.main()
        }
    }
}

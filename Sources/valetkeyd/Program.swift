import CClearedHeap
import Console
import Daemon
import Demo
import Glibc
import VendorPrograms

/// The daemon, and under other names the programs that share most of their code with it: one file instead of three, of
/// which each has the Swift runtime, is less than half the size.
@main
struct Program {
    @MainActor
    static func main() async {
        let name = CommandLine.arguments.first?.split(separator: "/").last.map(String.init) ?? ""
        if name == DemoProgram.name { exit(await DemoProgram.main()) }
        if let program = vendorPrograms.first(where: { $0.name == name }) { exit(await program.main()) }
        shim_clear_freed_memory()
        DaemonCommand.keepOneHeap()
        let thread = OneThread()
        let status = await withTaskExecutorPreference(thread) {
            await DaemonCommand.runDaemon()
        }
        exit(status)
    }
}

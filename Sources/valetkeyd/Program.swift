import ArgumentParser
import CClearedHeap
import Daemon

@main
struct Program {
    @MainActor
    static func main() async {
        shim_clear_freed_memory()
        DaemonCommand.keepOneHeap()
        let thread = OneThread()
        await withTaskExecutorPreference(thread) {
            await DaemonCommand.main()
        }
    }
}

import ArgumentParser
import Daemon

@main
struct Program {
    @MainActor
    static func main() async {
        DaemonCommand.keepOneHeap()
        let thread = OneThread()
        await withTaskExecutorPreference(thread) {
            await DaemonCommand.main()
        }
    }
}

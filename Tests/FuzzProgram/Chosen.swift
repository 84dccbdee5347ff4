import FoundationEssentials
import FuzzTargets
import Glibc

/// The parser that this process tests. An environment variable names it, because libFuzzer claims all arguments, and
/// its callback has no context parameter.
enum Chosen {
    private static let name = ProcessInfo.processInfo.environment["VALETKEY_FUZZ_TARGET"]
    static let target = FuzzTarget.all.first { $0.name == name }

    /// Called by libFuzzer with each input. A broken promise ends the process, as a crash does.
    static let check: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt = { start, count in
        let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
        CallersThread().run {
            do {
                try await target?.check(input)
            } catch {
                print("\(error)")
                fflush(nil)
                abort()
            }
        }
        return 0
    }
}

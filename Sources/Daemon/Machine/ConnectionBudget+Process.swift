import FoundationEssentials
import Glibc
import HTTPListener

extension ConnectionBudget {
    /// The budget of this process, which has the descriptors open that it needs without any connection.
    static var ofProcess: ConnectionBudget {
        var limit = rlimit()
        let isKnown = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
        let used = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 64
        return ConnectionBudget(descriptors: isKnown ? Int(clamping: limit.rlim_cur) : 1024, used: used)
    }
}

package import Failures
import FoundationEssentials
import Glibc

extension Failure {
    /// The failure of a file operation. `verb` completes the message "can't `verb` PATH".
    package static func storage(
        _ error: any Error, _ verb: String, _ path: String, in folder: PrivateFolder
    ) -> Failure {
        let code = (error as? SystemCallError)?.code
        let isLimit = code == EMFILE || code == ENFILE
        return Failure(
            .storage, "can't \(verb) \(path): \((error as? SystemCallError)?.reason ?? "\(error)")",
            hint: isLimit
                ? "end programs that keep many connections open, or raise the limit (LimitNOFILE= of the unit)"
                : "free space, or make \(folder.path) writable", at: Date())
    }
}

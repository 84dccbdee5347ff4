package import Failures
import FoundationEssentials

extension Failure {
    /// The failure of a file operation. `verb` completes the message "can't `verb` PATH".
    package static func storage(
        _ error: any Error, _ verb: String, _ path: String, in folder: PrivateFolder
    ) -> Failure {
        Failure(
            .storage, "can't \(verb) \(path): \((error as? SystemCallError)?.reason ?? "\(error)")",
            hint: "free space, or make \(folder.path) writable", at: Date())
    }
}

package import Failures
import FoundationEssentials

extension Failure {
    /// `verb` says what failed, as in "can't write PATH".
    package static func storage(
        _ error: any Error, _ verb: String, _ path: String, in folder: PrivateFolder
    ) -> Failure {
        Failure(
            .storage, "can't \(verb) \(path): \((error as? SystemCallError)?.reason ?? "\(error)")",
            hint: "free space, or make \(folder.path) writable", at: Date())
    }
}

import FoundationEssentials
import Register
import Text

/// What one line of a watch says.
struct WatchStep {
    var changes: [RegisterChange] = []
    /// All changes up to here were told.
    var revision = RegisterRevision.absent

    /// - Throws: why the watch goes on no more: it says so itself, or isn't understood.
    init(_ line: [UInt8], below name: RegisterName) throws(RegisterFailure) {
        guard let line = try? JSONDecoder().decode(WatchLine.self, from: Data(line)) else {
            throw .notUnderstood(isWrite: false)
        }
        if let fault = line.error { throw Self.ended(fault.message ?? "") }
        guard let result = line.result else { throw .notUnderstood(isWrite: false) }
        if result.canceled ?? false {
            let compacted = result.compactRevision.map { "revision \($0.value) was compacted" }
            throw Self.ended(result.cancelReason ?? compacted ?? "")
        }
        for event in result.events ?? [] {
            guard let found = event.kv.name else { continue }
            guard found.isBelow(name), event.kv.revision > .absent else { throw .notUnderstood(isWrite: false) }
            changes.append(.value(found, event.type == "DELETE" ? .absent : event.kv.content))
            revision = max(revision, event.kv.revision)
        }
    }

    /// A watch that is denied says so only in its words.
    private static func ended(_ reason: String) -> RegisterFailure {
        let kind: RegisterFailure.Kind =
            reason.contains("PermissionDenied") ? .denied : .unreachable(mayBeApplied: false)
        return RegisterFailure(kind, "the watch was cancelled: \(UntrustedText.clean(reason, limit: 200))")
    }
}

/// A linearizable register of octets that many hosts share. Each name has a value with a revision, is written only if the
/// revision is the expected one, and tells all hosts of each write.
///
/// An engine is one type that implements this. Every implementation must pass the rules of `RegisterContract` in the
/// tests. What a call returns or reports comes from outside: a value is untrusted until its seal has been opened.
package protocol SharedRegister: Sendable {
    /// Reads the newest value. It is at least as new as every write that had returned before this call.
    func read(_ name: RegisterName) async throws(RegisterFailure) -> RegisterReading

    /// Reads all values below `name` as of one moment.
    func list(under name: RegisterName) async throws(RegisterFailure) -> RegisterListing

    /// Writes the value if the name still has the revision `expected`; `.absent` expects no value. Returns once the
    /// value would survive the loss of a minority of the engine's members.
    ///
    /// If the name already has exactly this value, nothing is written and its revision is returned as written: that is
    /// how a request that was sent twice finds what it did. So a value must differ from those of other writers, as what
    /// is sealed does.
    ///
    /// - Throws: a failure. If its kind is `unreachable(mayBeApplied: true)`, the value may be written, now or later:
    ///   only a value with another revision than `expected`, once read, tells.
    func write(
        _ value: [UInt8], to name: RegisterName, ifRevision expected: RegisterRevision
    ) async throws(RegisterFailure) -> RegisterWrite

    /// Removes the value if the name still has the revision `expected`; else nothing happens. Removing twice does no
    /// harm.
    func erase(_ name: RegisterName, ifRevision expected: RegisterRevision) async throws(RegisterFailure)

    /// The changes below `name`. The stream begins with `.resynced`, or with `.lost` while the engine can't be reached,
    /// and never ends by itself. It works only while its elements are awaited, and has one consumer.
    func changes(under name: RegisterName) -> AsyncStream<RegisterChange>
}

/// The answer to a read.
package struct RegisterReading: Sendable, Hashable {
    package var content: RegisterContent
    package var time: EngineTime

    package init(_ content: RegisterContent, time: EngineTime) {
        self.content = content
        self.time = time
    }
}

/// All values below a name, by their own names.
package struct RegisterListing: Sendable, Hashable {
    package var contents: [RegisterName: RegisterContent]
    package var time: EngineTime

    package init(_ contents: [RegisterName: RegisterContent], time: EngineTime) {
        self.contents = contents
        self.time = time
    }
}

/// How a write ended.
package enum RegisterWrite: Sendable, Hashable {
    case written(RegisterRevision, EngineTime)
    /// The name had another revision than expected, and nothing was written. This is what the name has now.
    case changed(RegisterReading)
}

/// What a stream of changes reports.
package enum RegisterChange: Sendable, Hashable {
    /// A name was written, or erased by somebody. Changes of one name arrive in the order of the writes; one may be
    /// older than what a call has returned meanwhile.
    case value(RegisterName, RegisterContent)
    /// Changes can't be followed for now; the stream goes on trying. Reported once until the next `.resynced`.
    case lost(RegisterFailure)
    /// The engine is followed, again or for the first time, and this is everything it has. Names that were reported
    /// before and are missing here have no value any more.
    case resynced(RegisterListing)
}

package import Failures
package import Register

/// What the machine of a shared account asks the book to do.
enum ShareAction: Sendable {
    /// Read the register, then report by `readEnded`.
    case read
    /// Write the record if the register still has this revision, then report by `writeEnded`.
    case write(SharedRecord, ifRevision: RegisterRevision)
    /// Wait for a free slot at the authorization server, then report by `turn`.
    case queue(RefreshPost)
    /// Give the slot back, or the place in the queue for it.
    case leaveQueue(RefreshPost)
    /// Send the refresh, in the slot, then report by `postEnded`.
    case post(RefreshPost)
    /// Let the grant's machine handle the outcome of its refresh.
    case pass(RefreshOutcome, RefreshPost)
    /// Let the grant's machine go on with this newer grant.
    case adopt(KeptGrant)
    /// Move this host's own grant, which was never shared, out of the way in the store.
    case setAside
    /// End the grant, because another host has logged the account out.
    case end
    /// The authorization server has refused the grant for good. `isOwn` where this host has found that out.
    case refuse(Failure, isOwn: Bool)
    /// Why the refresh that the grant's machine wants can't be sent yet, and until when; nil where it can.
    case hinder(Obstacle?)
    /// Let the grant's machine start a refresh, to end a claim that an earlier run of this host left.
    case refresh
    /// Write the grant to the store again, with its new stamp.
    case keep
    /// Revoke the tokens of a refresh that ended after a logout.
    case revoke(Grant, RefreshPost)
    case tell(GrantEvent)
}

/// Why a refresh is not sent yet.
package struct Obstacle: Sendable, Hashable {
    package var failure: Failure
    /// When it is over at the latest, as far as is known.
    package var until: Instant

    package init(failure: Failure, until: Instant) {
        self.failure = failure
        self.until = until
    }
}

/// A request to the register for one account. An account has one under way, unless the register was lost and found again
/// meanwhile: the answer to the older one is then ignored.
package struct RegisterCall: Sendable, Equatable {
    package indirect enum Request: Sendable, Equatable {
        case read
        case write(SharedRecord, ifRevision: RegisterRevision)
    }

    package var key: ShareKey
    package var request: Request
    /// Increases with each request of the account.
    package var number: UInt64
}

/// The content of a name in the register, after its seal was opened and it was judged.
package struct SharedReading: Sendable, Equatable {
    package indirect enum Content: Sendable, Equatable {
        case absent
        case record(SharedRecord)
        /// Sealed with another key, of a newer format, or damaged: it isn't written to.
        case unusable(Failure)
    }

    package var content: Content
    package var revision: RegisterRevision

    package init(_ content: Content, revision: RegisterRevision) {
        self.content = content
        self.revision = revision
    }
}

/// The answer of the register.
package enum RegisterReply: Sendable, Equatable {
    case read(SharedReading)
    case written(RegisterRevision)
    /// Another revision was there, which the reading has.
    case changed(SharedReading)
    case failed(RegisterFailure)
}

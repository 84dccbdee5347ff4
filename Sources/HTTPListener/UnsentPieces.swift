import NIOCore

/// The pieces of a body that the client hasn't taken yet. One write is under way at a time; pieces that are added
/// meanwhile are joined for the next write. This is a pure value; `HTTPAnswerStream` performs its steps.
struct UnsentPieces {
    enum Step: Equatable {
        case write(ByteBuffer)
        /// Everything is written, and no further piece will be added.
        case finish
        /// Everything is written that was added so far.
        case rest
    }

    private enum End {
        case open
        /// No further piece is accepted; held ones are still written.
        case whole
        /// Nothing more is written.
        case broken
    }

    /// The bytes to write after the write under way.
    private var held = ByteBuffer()
    /// The number of bytes in the write under way.
    private var inFlight = 0
    private var end = End.open

    /// Whether `nextStep` will be called without another request for it.
    private(set) var isAdvancing = false

    /// The number of bytes that the client hasn't taken.
    var count: Int { held.readableBytes + inFlight }

    /// Whether further pieces are accepted.
    var isOpen: Bool { end == .open }

    /// Adds a piece. Where more than `limit` bytes would be unsent, the body is broken off.
    mutating func add(_ piece: ByteBuffer, limit: Int = .max) {
        guard isOpen else { return }
        guard piece.readableBytes <= limit - count else { return breakOff() }
        if held.readableBytes == 0 { held = piece } else { held.writeImmutableBuffer(piece) }
    }

    /// Ends the body after the pieces that were added.
    mutating func finish() {
        if isOpen { end = .whole }
    }

    mutating func breakOff() {
        end = .broken
        held = ByteBuffer()
    }

    /// - Returns: Whether the caller must arrange a call of `nextStep`.
    mutating func startAdvancing() -> Bool {
        defer { isAdvancing = true }
        return !isAdvancing
    }

    /// The next step, after a write has ended or where none is under way.
    mutating func nextStep() -> Step {
        inFlight = held.readableBytes
        if inFlight > 0 {
            defer { held = ByteBuffer() }
            return .write(held)
        }
        // `finish` is the last step, so that `isAdvancing` stays true and no step follows.
        if end == .whole { return .finish }
        isAdvancing = false
        return .rest
    }
}

import NIOCore

/// The pieces of a body that the client hasn't taken yet: one write of them is under way, and what comes meanwhile is put
/// together for the next. A value; `HTTPAnswerStream` performs its steps.
struct UnsentPieces {
    enum Step: Equatable {
        case write(ByteBuffer)
        /// All is written, and no piece will come.
        case finish
        /// All is written so far.
        case rest
    }

    private enum End {
        case open
        /// No further piece is taken; what is held is written.
        case whole
        /// Nothing more is written.
        case broken
    }

    /// What comes after the write that is under way.
    private var held = ByteBuffer()
    /// Bytes of the write that is under way.
    private var inFlight = 0
    private var end = End.open

    /// Whether a step is to come, so that nobody has to call for one.
    private(set) var isAdvancing = false

    /// Bytes that the client hasn't taken.
    var count: Int { held.readableBytes + inFlight }

    /// Whether pieces are taken.
    var isOpen: Bool { end == .open }

    /// Takes a piece in. Where more than `limit` bytes would be unsent, nothing is written any more.
    mutating func add(_ piece: ByteBuffer, limit: Int = .max) {
        guard isOpen else { return }
        guard piece.readableBytes <= limit - count else { return breakOff() }
        if held.readableBytes == 0 { held = piece } else { held.writeImmutableBuffer(piece) }
    }

    /// No piece will come.
    mutating func finish() {
        if isOpen { end = .whole }
    }

    mutating func breakOff() {
        end = .broken
        held = ByteBuffer()
    }

    /// - Returns: whether the caller must see to it that `nextStep` is called.
    mutating func startAdvancing() -> Bool {
        defer { isAdvancing = true }
        return !isAdvancing
    }

    /// What comes now that nothing is under way any more.
    mutating func nextStep() -> Step {
        inFlight = held.readableBytes
        if inFlight > 0 {
            defer { held = ByteBuffer() }
            return .write(held)
        }
        // The end comes once: no step follows it.
        if end == .whole { return .finish }
        isAdvancing = false
        return .rest
    }
}

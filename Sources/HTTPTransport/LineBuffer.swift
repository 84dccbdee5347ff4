import Synchronization

/// Lines that have arrived and not been read. The transport's thread adds to it, a reader takes from it.
final class LineBuffer: Sendable {
    private struct State {
        var lines: [[UInt8]] = []
        /// How many octets are in `lines` and `rest`.
        var size = 0
        var rest: [UInt8] = []
        var ending: Result<Void, TransportFailure>?
        var reader: CheckedContinuation<Void, Never>?

        var isReady: Bool { !lines.isEmpty || ending != nil }

        mutating func takeReader() -> CheckedContinuation<Void, Never>? {
            guard isReady else { return nil }
            defer { reader = nil }
            return reader
        }
    }

    private let state = Mutex(State())
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// Adds octets. Returns false if there would be more than the limit.
    func add(_ octets: UnsafeRawBufferPointer) -> Bool {
        let (isTaken, reader) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
            guard state.ending == nil, state.size + octets.count <= limit else { return (false, nil) }
            state.size += octets.count
            var pieces = unsafe octets.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
            while let piece = unsafe pieces.popFirst() {
                unsafe state.rest.append(contentsOf: piece)
                if unsafe pieces.isEmpty { break }
                state.lines.append(state.rest)
                state.rest = []
            }
            return (true, state.takeReader())
        }
        reader?.resume()
        return isTaken
    }

    /// Ends the lines; nil means that the reply is complete. Only the first call has an effect.
    func finish(_ failure: TransportFailure?) {
        let reader = state.withLock { state in
            if state.ending == nil { state.ending = failure.map { .failure($0) } ?? .success(()) }
            return state.takeReader()
        }
        reader?.resume()
    }

    /// Waits until there is a line, or the end.
    func fill() async {
        await withCheckedContinuation { reader in
            let isReady = state.withLock { state in
                if !state.isReady { state.reader = reader }
                return state.isReady
            }
            if isReady { reader.resume() }
        }
    }

    func take() throws(TransportFailure) -> [UInt8]? {
        try state.withLock { state throws(TransportFailure) in
            if state.lines.isEmpty {
                try (state.ending ?? .success(())).get()
                guard !state.rest.isEmpty else { return nil }
                state.lines.append(state.rest)
                state.rest = []
            }
            let line = state.lines.removeFirst()
            state.size -= min(state.size, line.count + 1)
            return line
        }
    }
}

import ServiceLifecycle

/// What a demonstration shows, from the start of its programs to its end.
protocol Story: Service {
    /// Returns when all is shown.
    ///
    /// - Throws: a failure of the demonstration, or `Screen.Closed`.
    func tell() async throws
}

extension Story {
    /// Ends without an error when the story is told or the group shuts down.
    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await tell() }
        } catch is Screen.Closed {
            // Nobody is left to tell it to.
        } catch is CancellationError where Task.isShuttingDownGracefully {
            // The expected end.
        }
    }
}

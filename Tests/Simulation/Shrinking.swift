/// Shortens the history of a broken rule.
enum Shrinking {
    /// The shortest history found that still breaks the rule: leaves out ever smaller pieces. `play` returns the rule that
    /// a history breaks.
    static func shortest<Command>(
        _ commands: [Command], breaking rule: String, play: ([Command]) throws -> String?
    ) rethrows -> [Command] {
        var history = commands
        var size = history.count / 2
        while size > 0 {
            var start = 0
            while start < history.count {
                var shorter = history
                shorter.removeSubrange(start..<min(start + size, history.count))
                if try play(shorter) == rule {
                    history = shorter
                } else {
                    start += size
                }
            }
            size /= 2
        }
        return history
    }
}

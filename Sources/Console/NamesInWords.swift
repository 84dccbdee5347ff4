extension [String] {
    /// The names with commas between; where there are more than `limit`, how many more there are.
    package func inWords(limit: Int) -> String {
        guard count > limit else { return joined(separator: ", ") }
        return "\(prefix(limit).joined(separator: ", ")) and \(count - limit) more"
    }
}

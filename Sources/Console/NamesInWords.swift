extension [String] {
    /// Joins the names with commas; after `limit` names it only says how many more there are.
    package func inWords(limit: Int) -> String {
        guard count > limit else { return joined(separator: ", ") }
        return "\(prefix(limit).joined(separator: ", ")) and \(count - limit) more"
    }
}

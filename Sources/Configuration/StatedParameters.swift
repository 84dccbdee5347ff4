import Text

/// Parameters that an account sets or removes, to be merged with the preset's.
struct StatedParameters: Sendable, Equatable {
    var set: [FormField] = []
    /// Names of the preset's parameters to leave out.
    var removed: Set<String> = []

    /// Returns the preset's parameters that are neither replaced nor removed, followed by the account's.
    func changing(_ preset: [FormField], ignoringCase: Bool = false) -> [FormField] {
        func name(_ text: String) -> String { ignoringCase ? text.lowercased() : text }
        let changed = Set(set.map { name($0.name) } + removed.map(name))
        return preset.filter { !changed.contains(name($0.name)) } + set
    }
}

import Text

/// What an account says of the parameters that a preset has too.
struct StatedParameters: Sendable, Equatable {
    var set: [FormField] = []
    /// By their names.
    var removed: Set<String> = []

    /// What is left of the preset's, and what the account states.
    func changing(_ preset: [FormField], ignoringCase: Bool = false) -> [FormField] {
        func name(_ text: String) -> String { ignoringCase ? text.lowercased() : text }
        let changed = Set(set.map { name($0.name) } + removed.map(name))
        return preset.filter { !changed.contains(name($0.name)) } + set
    }
}

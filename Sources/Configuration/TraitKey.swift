import Accounts
import OAuth
import Text

/// A key of an account that states a trait of its server. A value that is wrong leaves the trait as it was.
struct TraitKey: Sendable {
    let name: String
    /// Reads the key where the account has it. What is lost by a value that weakens the account is a finding.
    let read: @Sendable (TableReader, inout ServerTraits) -> Void

    static func read(_ keys: [TraitKey], of table: TableReader, into traits: inout ServerTraits) {
        for key in keys where table.has(key.name) { key.read(table, &traits) }
    }
}

// MARK: What keys are made of

extension TraitKey {
    /// A value that costs something.
    struct Loss: Sendable {
        /// Begins behind "KEY in TABLE".
        let message: String
        let hint: String

        func note(_ key: String, in table: TableReader) {
            table.note("\(key) in \(table.name) \(message)", at: key, hint: hint, severity: .warning)
        }
    }

    static func flag(
        _ name: String, _ trait: any WritableKeyPath<ServerTraits, Bool> & Sendable, losesWhere weak: Bool? = nil,
        _ loss: Loss? = nil
    ) -> TraitKey {
        TraitKey(name: name) { table, traits in
            guard let flag = table.flag(name) else { return }
            traits[keyPath: trait] = flag
            if flag == weak { loss?.note(name, in: table) }
        }
    }

    static func word<Word: RawRepresentable<String> & CaseIterable & Sendable>(
        _ name: String, _ trait: any WritableKeyPath<ServerTraits, Word> & Sendable
    ) -> TraitKey {
        let words = Word.allCases.map(\.rawValue)
        return TraitKey(name: name) { table, traits in
            let word = table.choice(name, of: words).flatMap(Word.init)
            if let word { traits[keyPath: trait] = word }
        }
    }

    /// Parameters by name that are added to those of the preset, or take the place of one; `false` takes one away.
    static func parameters(
        _ name: String, _ trait: any WritableKeyPath<ServerTraits, [FormField]> & Sendable, except reserved: Set<String>
    ) -> TraitKey {
        TraitKey(name: name) { table, traits in
            let taken = table.has("resource") ? reserved.union(["resource"]) : reserved
            guard let stated = table.parameters(name, except: taken) else { return }
            traits[keyPath: trait] = stated.changing(traits[keyPath: trait])
        }
    }
}

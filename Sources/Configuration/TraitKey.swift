import Accounts
import OAuth
import Text

/// An account key that sets a trait of the authorization server. An invalid value leaves the trait unchanged.
struct TraitKey: Sendable {
    let name: String
    /// Reads the key if the account has it. A value that weakens the account's security is noted as a warning.
    let read: @Sendable (TableReader, inout ServerTraits) -> Void

    static func read(_ keys: [TraitKey], of table: TableReader, into traits: inout ServerTraits) {
        for key in keys where table.has(key.name) { key.read(table, &traits) }
    }
}

// MARK: What keys are made of

extension TraitKey {
    /// A warning about what a value gives up.
    struct Loss: Sendable {
        /// The text that follows "KEY in TABLE".
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

    /// Parameters that are added to the preset's or replace them; `false` removes one of the preset's.
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

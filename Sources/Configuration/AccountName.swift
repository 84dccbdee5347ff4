import Text

/// The rules for names of accounts and of their tokens, which are used as file names and as path segments of URLs.
package enum AccountName {
    /// The words that have a meaning of their own below an account's path.
    static let reserved = ["refused"]

    /// What a name has to be like; nil if this one is.
    package static func hint(against name: String) -> String? {
        let isAllowed = name.utf8.allSatisfy { octet in
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        if isAllowed, (1...64).contains(name.utf8.count), !name.hasPrefix("."), !name.hasPrefix("-") { return nil }
        return "take up to 64 of A-Z a-z 0-9 . _ and -, with neither . nor - at the beginning"
    }
}

/// The marks that screens draw with, in the character set of the locale.
package struct Glyphs: Sendable, Equatable {
    /// Before a note below a row.
    package let branch: String
    package let barFull: String
    package let barEmpty: String
    /// Where text was cut.
    package let cut: String
    /// Between facts on one line.
    package let dot: String

    package static let utf8 = Glyphs(branch: "└", barFull: "█", barEmpty: "░", cut: "…", dot: "·")
    package static let ascii = Glyphs(branch: "-", barFull: "#", barEmpty: ".", cut: "...", dot: "|")

    /// Whether the locale of these variables has UTF-8 (POSIX: `LC_ALL` before `LC_CTYPE` before `LANG`).
    package static func areUTF8(_ environment: (String) -> String?) -> Bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(environment).first { !$0.isEmpty } ?? ""
        let charset = locale.lowercased().drop { $0 != "." }
        return charset.hasPrefix(".utf-8") || charset.hasPrefix(".utf8")
    }
}

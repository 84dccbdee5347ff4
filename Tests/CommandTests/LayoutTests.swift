import FoundationEssentials
import Glibc
import Testing
import Text

@testable import Console

struct LayoutTests {
    @Test func `text is broken between words, and further lines are indented`() {
        #expect(Wrapping.lines("one two three", width: 9, first: "> ") == ["> one two", "  three"])
        #expect(Wrapping.lines("one two", width: 3, further: "--") == ["one", "--two"])
        #expect(Wrapping.lines("日本 日本", width: 8) == ["日本", "日本"] && Wrapping.lines("日本 日本", width: 9).count == 1)
        #expect(Wrapping.lines("a b", width: nil, first: "x") == ["xa b"] && Wrapping.lines("", width: 9) == [""])
    }

    @Test(arguments: [
        ("it is so: run: valetkey login ads", ["it is so: run:", "valetkey login ads"]),
        ("consent again: valetkey login ads", ["consent again:", "valetkey login ads"]),
        ("run: valetkey status ads", ["run:", "valetkey status ads"]), ("so it is, run:", ["so it is, run:"]),
    ])
    func `a command isn't broken over lines`(_ text: String, _ lines: [String]) {
        #expect(Wrapping.lines(text, width: 14) == lines)
    }

    // P21
    @Test(arguments: [
        (["LANG": "C.UTF-8"], true), (["LANG": "de_DE.utf8"], true), (["LANG": "C"], false), ([:], false),
        (["LANG": "C.UTF-8", "LC_ALL": "C"], false), (["LC_ALL": "", "LC_CTYPE": "en_US.UTF-8"], true),
        (["LC_CTYPE": "POSIX", "LANG": "C.UTF-8"], false), (["LANG": "de_DE.ISO-8859-1"], false),
    ])
    func `the locale says whether there is UTF-8`(_ environment: [String: String], _ isUTF8: Bool) {
        #expect(Glyphs.areUTF8 { environment[$0] } == isUTF8)
    }

    @Test func `a table whose columns don't fit becomes paragraphs`() {
        func lines(_ columns: Int, head: [String] = ["NAME", "KIND", "PLACE"], _ cells: [String]) -> [String] {
            let screen = Terminal(descriptor: -1, isTerminal: true, hasColour: false, size: (columns, 24))
            return Columns(screen: screen, head: head).lines([.init(cells, notes: ["a note of some words"])])
        }
        let cells = ["first", "日本", "elsewhere"]
        #expect(
            lines(22, cells) == ["NAME   KIND  PLACE", "first  日本  elsewhere", "  └ a note of some", "    words"])
        #expect(lines(21, cells) == ["first", "  kind: 日本", "  place: elsewhere", "  └ a note of some", "    words"])
        #expect(lines(9, head: ["", "ID", "X"], ["*", "4711", "-"])[0] == "* 4711")
    }

    @Test func `text that is cut says so`() {
        let screen = Terminal(descriptor: -1, isTerminal: true, hasColour: false)
        #expect(screen.cut("abcdef", to: 6) == "abcdef" && screen.cut("abcdef", to: 5) == "abcd…")
        let ascii = Terminal(descriptor: -1, isTerminal: true, hasColour: false, glyphs: .ascii)
        #expect(ascii.cut("abcdef", to: 5) == "ab..." && ascii.cut("abcdef", to: 2) == "...")
    }

    @Test func `help is laid out for the terminal, and an example stays whole`() {
        let help = """
            OVERVIEW: One two three four five six.

            USAGE: valetkey x [--first <first>] [--second <second>]
              valetkey x --first something --second another
              --first <first>         The first of the two options that there are.
            """
        let wide = HelpText(width: 60).lines(help)
        #expect(wide[0] == "OVERVIEW: One two three four five six.")
        #expect(wide.contains("  valetkey x --first something --second another"))
        #expect(
            wide.suffix(2) == [
                "  --first <first>         The first of the two options that",
                String(repeating: " ", count: 26) + "there are.",
            ])
        #expect(
            HelpText(width: 40).lines(help).dropFirst(2) == [
                "USAGE: valetkey x [--first <first>]", "         [--second <second>]",
                "  valetkey x --first something --second another", "  --first <first>",
                "      The first of the two options that", "      there are.",
            ])
    }

    // P21
    @Test func `times are local, with the day where it is another one`() throws {
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        #expect(LocalTime.short(now, now: now).count == 5 && LocalTime.clock(now).count == 8)
        #expect(LocalTime.short(now + 86_400 * 3, now: now).hasSuffix(" \(LocalTime.short(now, now: now))"))
        #expect(LocalTime.short(now + 86_400 * 400, now: now).contains(" 2028 "))
    }
}

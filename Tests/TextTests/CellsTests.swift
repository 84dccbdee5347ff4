import Testing
import Text

// P19
struct CellsTests {
    @Test(arguments: [
        ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("한국", 4), ("ｆｕｌｌ", 8), ("ﾊﾝ", 2), ("😀", 2),
        ("👩\u{200d}👧", 2), ("🇩🇪", 2), ("❤\u{fe0f}", 2), ("❤", 1), ("\u{1b}[31mred\u{1b}[0m", 3), ("a\u{200b}b", 2),
        ("…└█░·", 5), ("\u{1112}\u{1161}\u{11ab}", 2), ("\u{7}", 0), ("ß", 1), ("עברית", 5),
    ])
    func `text is as wide as a terminal shows it`(_ text: String, _ width: Int) {
        #expect(text.cells == width)
    }

    @Test(arguments: [
        ("abc", 2, "ab", "bc"), ("日本", 3, "日", "本"), ("a日", 1, "a", ""), ("abc", 9, "abc", "abc"), ("x", 0, "", ""),
    ])
    func `text is cut between characters`(_ text: String, _ width: Int, _ start: String, _ end: String) {
        #expect(text.prefix(cells: width) == start)
        #expect(text.suffix(cells: width) == end)
    }
}

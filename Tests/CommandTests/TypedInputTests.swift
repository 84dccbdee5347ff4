import Testing

@testable import Console

// P3
struct TypedInputTests {
    private func events(_ pieces: String...) -> [TypedInput.Event] {
        var input = TypedInput()
        return pieces.flatMap { input.take(Array($0.utf8)) }
    }

    @Test func `typed lines end with Return, and an empty one is a line`() {
        #expect(events("a", "b", "\r", "\n", "c\n") == [.line("ab"), .line(""), .line("c")])
    }

    @Test func `a paste is one text whatever line breaks it has`() {
        #expect(events("\u{1b}[200~one\rtwo\r", "three\u{1b}[201~", "\r") == [.line("one\ntwo\nthree")])
        #expect(events("\u{1b}", "[20", "0~x\ry\u{1b}[201~z\n") == [.line("x\nyz")])
    }

    @Test func `several lines that come at once are one text`() {
        #expect(events("one\ntwo\n") == [.line("one\ntwo")] && events("one\ntwo", "\n") == [.line("one\ntwo")])
        #expect(
            TypedInput.mayGoOn(Array("x\n".utf8)) && !TypedInput.mayGoOn(Array("x".utf8)) && !TypedInput.mayGoOn([]))
    }

    @Test(arguments: [
        ("abé\u{7f}c\n", "abc"), ("ab\u{8}c\n", "ac"), ("a b\u{15}c\n", "c"), ("one two \u{17}three\n", "one three"),
        ("a\u{1b}[Ab\u{1b}[1;5Cc\u{1b}OPd\n", "abcd"), ("a\u{1}\u{7}b\n", "ab"), ("\u{7f}a\n", "a"),
    ])
    func `a line can be edited, and other keys do nothing`(_ typed: String, _ line: String) {
        #expect(events(typed) == [.line(line)])
    }

    @Test func `Ctrl-D ends the input on an empty line only`() {
        #expect(events("\u{4}") == [.end] && events("a\u{4}", "\n") == [.line("a")])
    }

    @Test func `a paste isn't edited by the control characters in it`() {
        #expect(events("\u{1b}[200~a\u{15}b\u{4}\u{1b}[201~", "\n") == [.line("a\u{15}b\u{4}")])
    }

    @Test func `the line so far can be shown`() {
        var input = TypedInput()
        _ = input.take(Array("日本".utf8))
        #expect(input.text == "日本")
    }
}

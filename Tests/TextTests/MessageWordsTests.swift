import Testing
import Text

struct MessageWordsTests {
    @Test(
        arguments: [
            ("one", ["one"]), ("", []), (" \"one\", (two)! ", ["one", "two"]),
            ("<Code>105</Code>", ["Code", "105", "Code"]),
            (#"{"Code":105}"#, ["Code", "105"]), ("a.b-c=d", ["a.b-c=d"]), ("...", []), ("x_y.", ["x_y"]),
        ])
    func `words come without the punctuation around them`(_ text: String, _ words: [String]) {
        #expect(text.messageWords == words)
    }
}

struct SavedTextTests {
    @Test(arguments: [
        ("ABC", false), ("\"ABC", true), ("ABC'", true), ("”ABC", true), ("A BC", true), ("A\nBC", true),
        ("A\"C", false),
    ])
    func `a quote at one end or a blank inside soils a text`(_ text: String, _ isOne: Bool) {
        #expect(text.isSoiled == isOne)
    }

    @Test(arguments: [
        ("<your token>", true), ("x<Developer-Token>y", true), ("YOUR_SECRET", true), ("your-app", true),
        ("TokenGoesHere", true), ("placeholder", true), ("a<b>c", false), ("BBD37VB98", false), ("<>", false),
        ("<x", false), ("vX8Q~aB.c_1-", false),
    ])
    func `a placeholder of an example is recognized within a text`(_ text: String, _ isOne: Bool) {
        #expect(text.isExample == isOne)
    }

    @Test(
        arguments: [
            ([0xff, 0xfe, 0x41, 0], true), ([0xfe, 0xff, 0, 0x41], true), ([0x41, 0, 0x42, 0], true),
            ([0, 0x41, 0, 0x42], true),
            ([0x41, 0x42], false), ([], false), ([0x41], false), ([0xef, 0xbb, 0xbf, 0x41], false),
            ([0x41, 0, 0x42, 0x43], false),
        ] as [([UInt8], Bool)])
    func `UTF-16 is recognized by its mark or by its zeros`(_ octets: [UInt8], _ isOne: Bool) {
        #expect(octets.isUTF16 == isOne)
    }
}

import Foundation
import Testing

@testable import MicrosoftAdvertisingService

struct XMLParsingTests {
    private func parse(_ text: String) throws -> SOAPElement { try XMLParsing.root(of: Array(text.utf8)) }

    @Test func `elements are read with text, children and nil, and without prefixes`() throws {
        let element = try parse(
            """
            \u{feff}<?xml version="1.0" encoding="utf-8"?>
            <!-- before -->
            <s:a xmlns:s='urn:x' s:kind = "1 > 0"><b>  one <!-- no --> two </b><b i:nil="true" /><c/></s:a >
            <!-- behind -->
            """)
        #expect(element.name == "a" && !element.isNil && element.text == "")
        #expect(element.children.map(\.name) == ["b", "b", "c"])
        #expect(element.children(named: "b").map(\.text) == ["one  two", ""])
        #expect(element.children.map(\.isNil) == [false, true, false])
    }

    @Test(arguments: [
        ("&lt;&gt;&amp;&apos;&quot;", "<>&'\""), ("&#65;&#x42;&#x10FFFF;", "AB\u{10FFFF}"),
        ("<![CDATA[<&]]>x", "<&x"), ("a]b", "a]b"), ("<![CDATA[]]]>", "]"), ("&amp;lt;", "&lt;"), ("\u{e9}", "\u{e9}"),
    ])
    func `references and CDATA sections are text`(_ xml: String, _ text: String) throws {
        #expect(try parse("<a>\(xml)</a>").text == text)
    }

    @Test(arguments: [
        "", " ", "<a>", "<a></b>", "<a><b></a></b>", "</a>", "<a/><b/>", "<a/>x", "x<a/>", "<a>&nbsp;</a>", "<a>&</a>",
        "<a>&#0;</a>", "<a>&#xD800;</a>", "<a>&#-1;</a>", "<a>&#x110000;</a>", "<a b></a>", "<a b=c/>", "<a b='c/>",
        "<a b='<'/>", "<a b='1' b='2'/>", "<a b='1'c='2'/>", "<1a/>", "< a/>", "<a", "<!-- <a/>", "<a><![CDATA[</a>",
        "<!DOCTYPE a><a/>", "<a><?php x ?></a>", "<a><!ELEMENT b></a>", "<a></a", "<?xml", "<![CDATA[x]]><a/>",
        "<a::b/>", "<:a/>", "<a:/>", "<a:b:c/>", "<a:1/>", "<a :b=''/>",
        "<a>&#;</a>", "<a>&#x;</a>", "<a>&aaaaaaaaaaaaaaaaaaaaaa;</a>",
    ])
    func `what isn't the XML of SOAP is a mistake`(_ text: String) {
        #expect(throws: XMLMistake.self) { try parse(text) }
    }

    @Test func `nesting is limited`() throws {
        let deep = { (count: Int) in
            String(repeating: "<a>", count: count) + String(repeating: "</a>", count: count)
        }
        _ = try parse(deep(XMLParsing.deepest))
        #expect(throws: XMLMistake.self) { try parse(deep(XMLParsing.deepest + 1)) }
    }

    /// Cuts and changes real replies: what both parsers take must be the same, and what ours takes the other takes too.
    @Test(arguments: [
        "synthetic-soap-fault-105.response.xml", "synthetic-soap-getuser.response.xml",
        "synthetic-soap-searchaccounts.response.xml", "bingads-soap-searchaccounts.envelope.xml",
    ])
    func `changed replies are read as another parser reads them, or refused`(_ name: String) throws {
        let whole = Array(try Fixture.text(name).utf8)
        var random = SplitMix(state: 7)
        var taken = 0
        for _ in 0..<300 {
            var bytes = whole
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes.remove(at: index)
                case 1: bytes[index] = "<>/&;=\"' ax".utf8.randomElement(using: &random) ?? 0
                default: bytes.insert(bytes[index], at: index)
                }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            guard XMLGuard.objection(to: bytes) == nil, let ours = try? XMLParsing.root(of: bytes) else { continue }
            // A prefix without a namespace is no matter here, and no text beside elements is ever read.
            guard let theirs = try? CanonicalXML.lines(text), !isMixed(ours) else { continue }
            taken += 1
            #expect(lines(ours, []) == theirs.map(withoutNamespaces), "\(text)")
        }
        #expect(taken > 50)
    }

    private func isMixed(_ element: SOAPElement) -> Bool {
        !element.children.isEmpty && !element.text.isEmpty || element.children.contains(where: isMixed)
    }

    private func lines(_ element: SOAPElement, _ path: [String]) -> [String] {
        let path = path + [element.name]
        let own = path.joined(separator: "/")
        let text = element.children.isEmpty && !element.text.isEmpty ? ["\(own) = \(element.text)"] : []
        return [own + (element.isNil ? " nil" : "")] + text + element.children.flatMap { lines($0, path) }
    }

    private func withoutNamespaces(_ line: String) -> String {
        line.replacing(#/\{[^}]*\}/#) { _ in "" }
    }

    @Test func `an element is written with references, on one line or indented`() throws {
        let node = XMLNode("a", [("b", "\"<")], [XMLNode("c", [], "&'>\r"), XMLNode("d")])
        #expect(try node.xml() == "<a b=\"&quot;&lt;\"><c>&amp;&apos;&gt;&#xd;</c><d/></a>")
        #expect(try node.xml(isIndented: true).hasPrefix("<a b=\"&quot;&lt;\">\n  <c>"))
        #expect(try parse(node.xml()).children.map(\.text) == ["&'>", ""])
    }

    @Test(arguments: ["\u{0}", "\u{8}", "\u{fffe}"])
    func `a character that XML can't contain is never written`(_ text: String) {
        #expect(throws: XMLNode.Unwritable.self) { try XMLNode("a", [], text).xml() }
        #expect(throws: XMLNode.Unwritable.self) { try XMLNode("a", [("b", text)]).xml() }
    }
}

/// The same numbers in each run.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

struct JSONTextTests {
    @Test(arguments: ["{}", #" {"a": [1, -2.5e3, true, null, {"b": "c"}]} "#])
    func `a whole JSON object is one`(_ text: String) { #expect(JSONText.isObject(text)) }

    @Test(arguments: ["", "[]", "1", "\"a\"", "{", #"{"a"}"#, "{} {}", #"{"a": 01}"#, #"{"a": [1,,2]}"#, #"{"a": .5}"#])
    func `anything else isn't`(_ text: String) { #expect(!JSONText.isObject(text)) }
}

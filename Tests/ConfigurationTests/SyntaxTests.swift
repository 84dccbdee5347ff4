import Glibc
import Scratch
import Testing
import Vendors

@testable import Configuration

struct SyntaxTests {
    @Test(arguments: [
        String(repeating: "a.", count: 80_000) + "a = 1", "[" + String(repeating: "a.", count: 80_000) + "a]",
        "[[" + String(repeating: "a . ", count: 80_000) + "a]]", "x = " + String(repeating: "[", count: 80_000),
        "x = " + String(repeating: "{a = ", count: 80_000),
        "x = {" + String(repeating: "'a'.", count: 80_000) + "a = 1}",
        "x = " + String(repeating: "[", count: 33), String(repeating: "a.", count: 32) + "a = 1",
    ])
    func `names and values that are nested too deep are a fault, and don't exhaust the stack`(text: String) {
        let fault = #expect(throws: TOMLFault.self) { _ = try TOMLDocument(text) }
        #expect(fault?.message == "names or values are nested more than 32 deep")
        #expect(fault?.position.line == 1 && fault?.hint != nil)
    }

    @Test(arguments: [
        String(repeating: "a.", count: 31) + "a = 1",
        "x = " + String(repeating: "[", count: 32) + String(repeating: "]", count: 32),
        (0..<40).map { "k\($0).a.b = 1.5\n" }.joined(), "x = [\(String(repeating: "1.5, ", count: 40))]",
        "[a.b]\n" + (0..<40).map { "c\($0) = { d.e = 1.5, f.g = 2 }\n" }.joined(),
        "x = \"\(String(repeating: ".", count: 100))\"  # \(String(repeating: ".", count: 100))",
    ])
    func `nesting up to the limit is taken, and dots of other names don't count`(text: String) {
        #expect(throws: Never.self) { _ = try TOMLDocument(text) }
    }

    @Test func `a document is freed together with the last table that refers to it`() throws {
        var document: TOMLDocument? = try TOMLDocument("[a]\nb = 1")
        weak let watched = document
        var taken = document?.root["a"]
        document = nil
        #expect(watched != nil)
        do {
            guard case .table(let branch) = taken else {
                Issue.record("no table")
                return
            }
            #expect(Array(branch.values.keys) == ["b"])
        }
        taken = nil
        #expect(watched == nil)
    }

    /// In a process of its own, because tests that run at the same time allocate as well.
    @Test func `reading a document again and again takes no further memory`() async {
        await #expect(processExitsWith: .success) {
            let secret = String(repeating: "s", count: 4096)
            let text = "[a]\nkey = \"\(secret)\"\nlist = [\"\(secret)\", 1, true]\n"
            var ends: [Int] = []
            for round in 0..<300 {
                if round % 150 == 100 { unsafe ends.append(Int(bitPattern: sbrk(0))) }
                guard case .table(let table)? = try? TOMLDocument(text).root["a"] else { exit(2) }
                guard case .string(secret)? = table.values["key"], case .array(let list)? = table["list"],
                    list.count == 3
                else { exit(3) }
                if (try? TOMLDocument("key = \(round) 1")) != nil { exit(4) }
            }
            // A round copies at least 8 kB out of the document.
            if ends[1] - ends[0] > 400_000 { exit(5) }
        }
    }

    @Test(arguments: [
        (
            // P17
            "a = \"hunter2\n", 1, 5, "the text in quotes doesn't end on its line"
        ),
        ("a = [\"x\", \"it's hunter2\r\n", 1, 11, "the text in quotes doesn't end on its line"),
        (
            "a = \"hunter2\u{1}\"\n", 1, 13,
            "the string can't be read: unescaped control characters other than TAB (U+0009) are explicitly prohibited"
        ),
        ("a = hunter2\n", 1, 5, "the value can't be read: could not determine value type"),
        ("a = truehunter2\n", 1, 9, "the boolean can't be read: expected value-terminator"),
        ("a = 0xhunter2\n", 1, 7, "the hexadecimal integer can't be read: expected digit"),
        ("a = 99999999999999999999\n", 1, 25, "the decimal integer can't be read"),
        ("a = \"x\" hunter2\n", 1, 9, "the key-value pair can't be read: expected a comment or whitespace"),
        ("\n[accounts.hunter2\n", 2, 18, "the table header can't be read: expected ']'"),
        ("hunter2\n", 1, 8, "the key-value pair can't be read: expected '='"),
        ("a = [\"hunter2\"\nb = 1\n", 2, 1, "the array can't be read"),
        ("a = \"\\hunter2\"\n", 1, 7, "the string can't be read"),
        ("a = { b = \"hunter2\"\n", 1, 20, "the inline table can't be read"),
        ("a = \"\"\"hunter2", 1, 15, "the string can't be read: encountered end-of-file"),
        ("  a = 1\n  a = \"hunter2\"\n", 2, 3, "a is stated twice"),
        ("[x]\n[x]\n", 2, 1, "x is stated twice"),
        ("a = 1\r\n[.hunter2]\n", 2, 2, "the table header can't be read: no name begins like that"),
        (" [ [ é]\n", 1, 6, "the table header can't be read: no name begins like that"),
        ("[", 1, 2, "the table header can't be read: no name begins like that"),
        ("a = [ # ]\n  } hunter2 ]\n", 2, 3, "a [ is closed by a }"),
        ("a = [\"]\", ']', \"\"\"]\n\"\"\", \"\\\"]\", hunter2 }\n", 2, 21, "a [ is closed by a }"),
        ("a = [1,\n }\u{301} hunter2 ]\n", 2, 2, "a [ is closed by a }"),
        ("[\u{301}hunter2]\n", 1, 2, "the table header can't be read: no name begins like that"),
        ("[[[hunter2]]]\n", 1, 3, "the table header can't be read: no name begins like that"),
        ("a = 1979-05-27T:hunter2\n", 1, 5, "a time isn't a value that a configuration takes"),
        ("a = [1979-05-27 2 ]\n", 1, 6, "a time isn't a value that a configuration takes"),
        ("a = 19'9-05-27 2\n", 1, 5, "a time isn't a value that a configuration takes"),
        ("[x]\na = { b = [1, \u{a0}1979-05-27 07:32:00] }\n", 2, 16, "a time isn't a value that a configuration takes"),
        ("a = \"hunter2\"\n[a]\n", 2, 1, "a is stated twice"),
        (
            "a = \"hunter2\"\na.b = 1\n", 2, 1,
            "the key-value pair can't be read: cannot redefine existing string as dotted key-value pair"
        ),
    ])
    func `a syntax error is reported with its position, and quotes nothing of the document`(
        _ text: String, _ line: Int, _ column: Int, _ message: String
    ) throws {
        let report = DaemonConfiguration.parse(text, file: "config.toml", catalogue: .complete)
        let finding = try #require(report.findings.first)
        #expect(report.findings.count == 1 && report.configuration == nil)
        #expect(finding.message == message)
        #expect(finding.position == Finding.Position(line: line, column: column))
        #expect(!"\(finding)".contains("hunter2"))
    }

    // P17
    @Test(arguments: [
        ("a = \"x\n[t]\nb = y\nc = 1\nd = 'z\n", [1, 3, 5]), ("[a\nb = 1\nb = 1\n[c]\nb = x\n", [1, 3, 5]),
        ("[a]\nb = 1\n[c\nb = 1\n", [3]), ("a = [1\nb = x\nc = y\n", [2]), ("a = \"\"\"x\nb = y\n", [2]),
        ("a = \"x\r\nb = y\r\nc = 1\r\n", [1, 2]),
        ((0..<30).map { "k\($0) = x\n" }.joined(), Array(1...10)),
    ])
    func `each line with a syntax error is told`(_ text: String, _ lines: [Int]) {
        let report = DaemonConfiguration.parse(text, file: "config.toml", catalogue: .complete)
        #expect(report.findings.map { $0.position?.line } == lines && report.configuration == nil)
    }

    @Test func `text that only resembles input at which the library ends the process is parsed`() throws {
        let text = """
            a = "[.x] [}" # [}
            b = [ ["1979-05-27T:"], # [}
                [0.5, 2], { c = [] } ]
            1979-05-27T = 1979-05-27  # 2
            [ "x]" . y ]
            d = '''
            [.x]
            e = 12:00'''
            """
        #expect(try TOMLDocument(text).root.values.keys.sorted() == ["1979-05-27T", "a", "b", "x]"])
    }

    @Test func `unquoted text gets the hint that it needs quotes`() {
        let report = DaemonConfiguration.parse(
            "[accounts.ads]\nclient_id = app\n", file: "config.toml", catalogue: .complete)
        #expect(report.findings.map(\.hint) == ["a text stands in quotes"])
        #expect(report.findings.map(\.position?.line) == [2])
    }

    @Test func `text after a NUL character isn't ignored`() {
        let report = DaemonConfiguration.parse("[accounts]\n\0[nonsense", file: "config.toml", catalogue: .complete)
        #expect(report.findings.map(\.message) == ["holds a NUL character"])
        #expect(report.configuration == nil)
    }

    @Test(arguments: ["\n", "\r\n"])
    func `a finding is printed as file, line and column, with its hint below`(_ lineBreak: String) {
        let lines = [
            "# mine", "[accounts.ads]", "provider = \"microsoft\"", "client_id = \"a\"", "  clientid = \"b\"", "",
        ]
        let report = DaemonConfiguration.parse(
            lines.joined(separator: lineBreak), file: "/home/u/config.toml", catalogue: .complete)
        #expect(
            report.findings.map { "\($0)" } == [
                """
                /home/u/config.toml:5:3: unknown key "clientid" in accounts.ads
                  hint: did you mean "client_id"?
                """
            ])
    }

    @Test func `every mistake in a file is reported at once, in the order of the file`() {
        let text = """
            [accounts.one]
            provider = "gogle"
            scopes = 3
            [accounts.two]
            client_id = "x"
            redirect_uri = "nowhere"
            [daemon]
            log_level = "loud"
            """
        let report = DaemonConfiguration.parse(text, file: "c", catalogue: .complete)
        #expect(report.findings.map { $0.position?.line } == [1, 2, 3, 4, 6, 8])
    }

    @Test func `a file full of mistakes is reported in bounded length and time`() async throws {
        let lines = (0..<2000).map { "unknown\($0) = \"\(String(repeating: "x", count: 400))\"" }
        let text = "[accounts]\n[daemon]\n" + lines.joined(separator: "\n")
        let report = try await offPool { DaemonConfiguration.parse(text, file: "c", catalogue: .complete) }
        #expect(report.findings.count == 51)
        #expect(report.findings.last?.message == "1950 more of them are not shown")
        #expect(report.configuration == nil)
    }

    @Test(.timeLimit(.minutes(5)), arguments: ["[\"\"]\n", "\"\" = 1\n", "[accounts.\"\"]\n"])
    func `an empty key is reported with its line`(_ text: String) {
        let report = DaemonConfiguration.parse(text, file: "c", catalogue: .complete)
        #expect(report.findings.contains { $0.position?.line == 1 })
    }

    @Test func `a long statement without an end doesn't block the check`() async throws {
        let filler = String(repeating: "\"x\",\n", count: 40_000)
        let text = "[accounts]\n[daemon]\nnotify_command = [\n\(filler)3]\n"
        let report = try await offPool { DaemonConfiguration.parse(text, file: "c", catalogue: .complete) }
        #expect(
            report.findings.map(\.message) == ["notify_command in daemon must contain only strings, not an integer"])
    }
}

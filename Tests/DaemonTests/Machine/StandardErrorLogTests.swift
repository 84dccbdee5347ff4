import FoundationEssentials
import Glibc
import Logging
import Testing

@testable import Daemon

struct StandardErrorLogTests {
    private let threshold = LogThreshold()
    private let reader: PipeReader
    private let output: LineOutput

    init() throws {
        var ends: [CInt] = [0, 0]
        try #require(unsafe pipe(&ends) == 0)
        for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        reader = PipeReader(descriptor: ends[0])
        output = LineOutput(descriptor: ends[1])
    }

    private func log(isJournal: Bool = true) -> Logger {
        Logger(label: "test") { _ in
            StandardErrorLog(
                threshold: threshold, isJournal: isJournal, output: output,
                now: { Date(timeIntervalSince1970: 1_900_000_000) })
        }
    }

    @Test(
        arguments: [
            (.trace, 7), (.debug, 7), (.info, 6), (.notice, 5), (.warning, 4), (.error, 3), (.critical, 2),
        ] as [(Logger.Level, Int)])
    func `the journal gets its own priorities`(_ level: Logger.Level, _ priority: Int) {
        threshold.level = .trace
        log().log(level: level, "hello")
        #expect(reader.read() == "<\(priority)>hello\n")
    }

    @Test func `without a journal a line begins with the time and the level`() {
        log(isJournal: false).warning("hello", metadata: ["account": "ads"])
        #expect(reader.read() == "2030-03-17T17:46:40Z warning: hello account=ads\n")
    }

    @Test(
        arguments: [
            ("ads", "ads"), ("a/b-c.d:e@f,g;h'i", "a/b-c.d:e@f,g;h'i"), ("", "\"\""), ("two words", "\"two words\""),
            ("x\" account=\"mail", #""x\" account=\"mail""#), (#"back\slash"#, #""back\\slash""#),
            (#"end\"#, #""end\\""#), ("a=b", "\"a=b\""), ("x account=mail", "\"x account=mail\""),
            ("line\nbreak\r", "\"line break \""), ("tab\tulator", "\"tab ulator\""),
            ("no\u{a0}break", "\"no\u{a0}break\""), ("\u{1b}[2Jgone", "\" [2Jgone\""),
            ("right\u{202e}left", "\"right left\""), ("Grüße", "Grüße"),
        ])
    func `no value can look like another field or control a terminal`(_ value: String, _ expected: String) {
        log().info("hello", metadata: ["detail": "\(value)"])
        #expect(reader.read() == "<6>hello detail=\(expected)\n")
    }

    @Test func `fields are sorted by name, and those of the line override those of the logger`() {
        var log = log()
        log[metadataKey: "b"] = "logger"
        log[metadataKey: "c"] = "kept"
        log.info("hello", metadata: ["b": "line", "a": "first"])
        #expect(reader.read() == "<6>hello a=first b=line c=kept\n")
        #expect(log[metadataKey: "c"] == "kept")
    }

    @Test func `a message is one line`() {
        log().info("hello\nerror: forged\u{1b}[m")
        #expect(reader.read() == "<6>hello error: forged [m\n")
    }

    @Test func `the lowest level applies to every logger, including existing ones`() {
        let (one, other) = (log(), log())
        one.debug("no")
        threshold.level = .debug
        one.debug("yes")
        other.trace("no")
        threshold.level = .error
        other.warning("no")
        other.error("yes")
        #expect(reader.read() == "<7>yes\n<3>yes\n")
    }

    @Test func `a level that is set on one logger applies to all`() {
        var log = log()
        #expect(log.logLevel == .info)
        log.logLevel = .notice
        #expect(threshold.level == .notice)
    }

    @Test func `a line that nobody reads is lost without an error`() {
        LineOutput(descriptor: -1).line("hello")
    }
}

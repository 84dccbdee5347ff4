import Testing
import Vendors

@testable import Configuration

/// A file with one mistake, and the expected finding: line, column, message, hint.
struct Mistake: Sendable, CustomTestStringConvertible {
    var text: String
    var line: Int
    var column: Int
    var message: String
    var hint: String?

    /// A valid account except for the given lines, which begin at line 3.
    static func account(
        _ lines: String, at line: Int = 3, column: Int = 1, _ message: String, hint: String? = nil
    ) -> Mistake {
        Mistake(
            text: "[accounts.ads]\nclient_id = \"app\"\n\(lines)\n", line: line, column: column, message: message,
            hint: hint)
    }

    /// As `account`, with the preset google and a client secret.
    static func google(_ lines: String, _ message: String, hint: String? = nil) -> Mistake {
        let google = "provider = \"google\"\nclient_secret = { command = [\"pass\"] }\n"
        return account(google + lines, at: 5, message, hint: hint)
    }

    /// As `account`, with the preset microsoft.
    static func microsoft(_ lines: String, at line: Int = 4, column: Int = 1, _ message: String, hint: String? = nil)
        -> Mistake
    {
        account("provider = \"microsoft\"\n\(lines)", at: line, column: column, message, hint: hint)
    }

    /// As `account`, with configured endpoints.
    static func own(_ lines: String, at line: Int = 5, column: Int = 1, _ message: String, hint: String? = nil)
        -> Mistake
    {
        let endpoints = "authorization_endpoint = \"https://as.example/a\"\ntoken_endpoint = \"https://as.example/t\"\n"
        return account(endpoints + lines, at: line, column: column, message, hint: hint)
    }

    static func daemon(_ line: String, _ message: String, hint: String? = nil) -> Mistake {
        Mistake(text: "[accounts]\n[daemon]\n\(line)", line: 3, column: 1, message: message, hint: hint)
    }

    var testDescription: String { message }
}

struct MistakeTests {
    @Test(arguments: Mistake.all)
    func `each mistake is reported with its position and a hint, and is the only finding`(_ mistake: Mistake) throws {
        let report = DaemonConfiguration.parse(mistake.text, file: "config.toml", catalogue: .complete)
        try #require(report.findings.count == 1, "\(report.findings)")
        let finding = report.findings[0]
        #expect(finding.message == mistake.message)
        #expect(finding.hint == mistake.hint)
        #expect(finding.position == Finding.Position(line: mistake.line, column: mistake.column))
        #expect(finding.severity == .error)
        #expect(report.configuration == nil)
        #expect(!"\(finding)".contains("hunter2"))
    }
}

import Console
import Testing

@testable import Doctor

struct DiagnosisTextTests {
    private func lines(_ diagnoses: [Diagnosis], isTerminal: Bool = false, hasColour: Bool = false) -> [String] {
        let screen = Terminal(descriptor: -1, isTerminal: isTerminal, hasColour: hasColour)
        return DiagnosisText(screen: screen).lines(diagnoses)
    }

    private let wrong = Diagnosis(
        "runtime_folder", .wrong, lookedAt: "/run", found: "it is\u{1b} open", remedy: "chmod 700 /run\nand more")

    @Test func `each line says what was looked at and found, and the remedy follows`() {
        let diagnoses = [
            Diagnosis("kernel", .ok, lookedAt: "uname", found: "Linux"), wrong, .unknown("linger", "loginctl", "slow"),
            Diagnosis("account", .warning, lookedAt: "a", found: "soon", remedy: "log in"),
        ]
        #expect(
            lines(diagnoses) == [
                "ok       kernel: uname: Linux", "wrong    runtime folder: /run: it is  open",
                "         hint: chmod 700 /run", "         hint: and more",
                "unknown  linger: loginctl: couldn't be looked at: slow", "warning  account: a: soon",
                "         hint: log in", "", "1 thing is wrong, 1 warning, 1 couldn't be looked at.",
            ])
    }

    @Test func `the last line counts`() {
        #expect(lines([]).last == "nothing is wrong.")
        #expect(lines([wrong, wrong]).last == "2 things are wrong.")
        let report = DoctorReport(version: "1", checks: [.unknown("a", "b", "c")])
        #expect(report.isHealthy && !DoctorReport(version: "1", checks: [wrong]).isHealthy)
    }

    @Test func `a terminal's lines are broken between words, and commands aren't`() {
        let text = String(repeating: "word ", count: 40)
        let long = Diagnosis("key", .wrong, lookedAt: "k", found: text, remedy: text)
        let lines = lines([long], isTerminal: true)
        let (hints, others) = (lines.filter { $0.contains("hint:") }, lines.filter { !$0.contains("hint:") })
        #expect(others.allSatisfy { $0.count <= 80 } && others.count > 4 && hints.count == 1)
        #expect(others[1].hasPrefix("         word"))
    }

    @Test func `the state is coloured on a terminal with colours`() {
        #expect(lines([wrong], hasColour: true)[0].hasPrefix("\u{1b}[31mwrong\u{1b}[0m    runtime folder"))
    }
}

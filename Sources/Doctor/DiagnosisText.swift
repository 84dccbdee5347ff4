package import Console
import Text

/// The results for people: a line for each check, and below it what mends it.
package struct DiagnosisText {
    private let screen: Terminal

    private static let indent = String(repeating: " ", count: 9)

    package init(screen: Terminal) {
        self.screen = screen
    }

    package func lines(_ diagnoses: [Diagnosis]) -> [String] {
        let wrong = diagnoses.count { $0.state == .wrong }
        let warnings = diagnoses.count { $0.state == .warning }
        let unknown = diagnoses.count { $0.state == .unknown }
        var parts = [wrong == 0 ? "nothing is wrong" : wrong == 1 ? "1 thing is wrong" : "\(wrong) things are wrong"]
        if warnings > 0 { parts.append(warnings == 1 ? "1 warning" : "\(warnings) warnings") }
        if unknown > 0 { parts.append(unknown == 1 ? "1 couldn't be looked at" : "\(unknown) couldn't be looked at") }
        return diagnoses.flatMap(lines) + ["", "\(parts.joined(separator: ", "))."]
    }

    private func lines(_ diagnosis: Diagnosis) -> [String] {
        let word = diagnosis.state.rawValue
        let label = screen.paint(word, colour(diagnosis.state)) + String(repeating: " ", count: 9 - word.count)
        let name = diagnosis.check.replacing("_", with: " ")
        let found = Wrapping.lines(
            "\(name): \(diagnosis.lookedAt): \(diagnosis.found)".plain, width: screen.columns, first: label,
            further: Self.indent)
        // A remedy is a command, which isn't broken over lines, so that it can be copied.
        let hints = diagnosis.remedy?.split(separator: "\n").map { "\(Self.indent)hint: \($0.plain)" }
        return found + (hints ?? [])
    }

    private func colour(_ state: Diagnosis.State) -> Colour {
        switch state {
        case .ok: .green
        case .warning: .yellow
        case .wrong: .red
        case .unknown: .dim
        }
    }
}

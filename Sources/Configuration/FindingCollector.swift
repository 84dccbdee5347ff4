/// Collects the findings of all readers, so that one run reports every mistake. Positions are determined at the end,
/// and only for findings that are reported.
final class FindingCollector {
    private struct Draft {
        var severity: Finding.Severity
        var path: [String]
        var message: String
        var hint: String?
    }

    /// More than anybody corrects at once; further findings are only counted.
    private static let limit = 50

    private var drafts: [Draft] = []

    func add(_ message: String, at path: [String], hint: String? = nil, severity: Finding.Severity = .error) {
        drafts.append(Draft(severity: severity, path: path, message: message, hint: hint))
    }

    /// Returns the findings ordered by position in the file.
    func findings(file: String, finder: inout PositionFinder) -> [Finding] {
        // Errors first, so that the limit never drops an error and keeps a warning.
        let ranked = drafts.filter { $0.severity == .error } + drafts.filter { $0.severity == .warning }
        var found = ranked.prefix(Self.limit).map { draft in
            Finding(
                severity: draft.severity, file: file, position: finder.position(of: draft.path), message: draft.message,
                hint: draft.hint)
        }
        found.sort { Self.place($0) < Self.place($1) }
        if ranked.count > Self.limit {
            let rest = "\(ranked.count - Self.limit) more of them are not shown"
            found.append(Finding(severity: ranked[Self.limit].severity, file: file, message: rest))
        }
        return found
    }

    private static func place(_ finding: Finding) -> (Int, Int, String) {
        (finding.position?.line ?? 0, finding.position?.column ?? 0, finding.message)
    }
}

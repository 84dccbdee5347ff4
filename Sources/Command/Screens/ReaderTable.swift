import APIContract
import Console
import FoundationEssentials
import Text

/// The readers of accounts as a table for people.
struct ReaderTable {
    let screen: Terminal
    let now: Date

    func lines(_ lists: [ReaderList]) -> [String] {
        let rows = lists.flatMap { list in
            let rows = list.readers.map { row($0, of: list.account) }
            guard list.others > 0 else { return rows }
            return rows + [Columns.Row([list.account, "others", "", "", "", "", "\(list.others)"])]
        }
        guard !rows.isEmpty else { return ["Nobody has read a token since the daemon started."] }
        let head = ["ACCOUNT", "PROGRAM", "UNIT", "SOCKET", "UID", "LAST READ", "READS"]
        return Columns(screen: screen, head: head).lines(rows)
    }

    private func row(_ reader: ReaderReport, of account: String) -> Columns.Row {
        let cells = [
            account, (reader.program ?? "-").plain, (reader.unit ?? "-").plain, reader.socket.plain, "\(reader.uid)",
            "\(DurationText.short(max(0, Int(now.timeIntervalSince(reader.last))))) ago", "\(reader.count)",
        ]
        guard reader.expected == false else { return Columns.Row(cells) }
        return Columns.Row(cells, colours: [1: .yellow], notes: ["not among those that expect names"])
    }
}

/// A QR code for a terminal: two modules a character, light ones drawn, with the quiet zone around them.
struct QRDrawing {
    let code: QRCode

    private static let quiet = 2

    var width: Int { code.size + 2 * Self.quiet }

    /// With `colour` light is white and dark is black, whatever the terminal's own colours are.
    func lines(colour: Bool) -> [String] {
        stride(from: -Self.quiet, to: code.size + Self.quiet, by: 2).map { row in
            let text = (-Self.quiet..<code.size + Self.quiet).map { column in
                switch (isLight(row, column), isLight(row + 1, column)) {
                case (true, true): "█"
                case (true, false): "▀"
                case (false, true): "▄"
                case (false, false): " "
                }
            }.joined()
            return colour ? "\u{1b}[40;97m\(text)\u{1b}[0m" : text
        }
    }

    private func isLight(_ row: Int, _ column: Int) -> Bool {
        guard code.modules.indices.contains(row), code.modules.indices.contains(column) else { return true }
        return !code.modules[row][column]
    }
}

/// A QR code for a terminal, including the quiet zone: each character shows two modules, with the light ones drawn.
struct QRDrawing {
    let code: QRCode

    private static let quiet = 2

    var width: Int { code.size + 2 * Self.quiet }

    /// With `colour`, light modules are white and dark ones black, independently of the terminal's colours.
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

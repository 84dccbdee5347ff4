import Console

/// A QR code for a terminal, including the quiet zone.
struct QRDrawing {
    /// How modules become characters. A scanner needs dark modules on a light ground.
    enum Style: Equatable {
        /// Two modules in each character, by half blocks in black and white.
        case colouredBlocks
        /// A module is two blanks with a background colour: where the locale has no half blocks.
        case colouredBlanks
        /// Half blocks in the terminal's own colours. The character draws the light modules, or the dark ones.
        case blocks(drawsLight: Bool)
        /// It isn't known whether the terminal is dark or light, and colours aren't to be used.
        case none

        /// `background` is the terminal's own, as `$COLORFGBG` tells it.
        init(hasColour: Bool, isUTF8: Bool, background: Background?) {
            switch (hasColour, isUTF8, background) {
            case (true, true, _): self = .colouredBlocks
            case (true, false, _): self = .colouredBlanks
            case (false, true, let background?): self = .blocks(drawsLight: background == .dark)
            case (false, _, _): self = .none
            }
        }

        init(of screen: Terminal) {
            self.init(
                hasColour: screen.hasColour, isUTF8: screen.glyphs == .utf8,
                background: ProcessEnvironment["COLORFGBG"].flatMap(Background.init))
        }
    }

    enum Background: Equatable {
        case dark, light

        /// Reads `COLORFGBG`: the number of the background colour is its last part; 7 and 9 to 15 are light.
        init?(_ text: String) {
            guard let number = text.split(separator: ";").last.flatMap({ Int($0) }), (0...15).contains(number) else {
                return nil
            }
            self = number == 7 || number > 8 ? .light : .dark
        }
    }

    let code: QRCode
    let style: Style

    private static let quiet = 2

    private var modules: Range<Int> { -Self.quiet..<code.size + Self.quiet }

    /// In columns.
    var width: Int { style == .colouredBlanks ? 2 * modules.count : modules.count }

    /// In rows.
    var height: Int { style == .colouredBlanks ? modules.count : (modules.count + 1) / 2 }

    /// Nil where the style is `none`.
    var lines: [String]? {
        switch style {
        case .colouredBlocks: halves { $0 }.map { "\u{1b}[40;97m\($0)\u{1b}[0m" }
        case .colouredBlanks:
            modules.map { row in
                modules.map { "\u{1b}[\(isLight(row, $0) ? "107" : "40")m  " }.joined() + "\u{1b}[0m"
            }
        case .blocks(let drawsLight): halves { $0 == drawsLight }
        case .none: nil
        }
    }

    /// Two rows of modules in each line. `isDrawn` says whether the character has ink where a module is light or not.
    private func halves(_ isDrawn: (Bool) -> Bool) -> [String] {
        stride(from: modules.lowerBound, to: modules.upperBound, by: 2).map { row in
            modules.map { column in
                switch (isDrawn(isLight(row, column)), isDrawn(isLight(row + 1, column))) {
                case (true, true): "█"
                case (true, false): "▀"
                case (false, true): "▄"
                case (false, false): " "
                }
            }.joined()
        }
    }

    private func isLight(_ row: Int, _ column: Int) -> Bool {
        guard code.modules.indices.contains(row), code.modules.indices.contains(column) else { return true }
        return !code.modules[row][column]
    }
}

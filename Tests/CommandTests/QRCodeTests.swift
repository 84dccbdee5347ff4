import Testing

@testable import Command
@testable import Console

struct QRCodeTests {
    private func picture(_ text: String) throws -> [String] {
        try #require(QRCode(text)).modules.map { row in row.map { $0 ? "#" : "." }.joined() }
    }

    // DEVICE-4
    @Test func `the QR code of a device's address is the one that scanners read`() throws {
        #expect(try picture("https://as.example/device?user_code=WDJB-MJHT") == Self.scanned)
    }

    @Test(arguments: [
        (0, 21), (14, 21), (15, 25), (26, 25), (42, 29), (62, 33), (106, 41), (122, 45), (152, 49), (213, 57),
    ])
    func `the smallest version that holds the text is used`(_ length: Int, _ size: Int) throws {
        #expect(try #require(QRCode(String(repeating: "x", count: length))).size == size)
    }

    @Test func `a text that is too long has no QR code`() {
        #expect(QRCode(String(repeating: "x", count: 214)) == nil)
        #expect(QRCode(String(repeating: "é", count: 107)) == nil)
    }

    @Test(arguments: [1, 30, 100, 150, 213])
    func `finders, timing and the dark module are where scanners look for them`(_ length: Int) throws {
        let rows = try picture(String(repeating: "q", count: length))
        let size = rows.count
        let finder = ["#######", "#.....#", "#.###.#", "#.###.#", "#.###.#", "#.....#", "#######"]
        #expect(rows.prefix(7).map { String($0.prefix(7)) } == finder)
        #expect(rows.prefix(7).map { String($0.suffix(7)) } == finder)
        #expect(rows.suffix(7).map { String($0.prefix(7)) } == finder)
        let timing = (8..<(size - 8)).map { $0 % 2 == 0 ? "#" : "." }.joined()
        #expect(rows[6].dropFirst(8).dropLast(8) == timing)
        #expect(rows[size - 8].dropFirst(8).first == "#")
    }

    // The example in ISO/IEC 18004 annex I, at level M.
    @Test func `error correction is that of the standard`() {
        let data: [UInt8] = [
            0x10, 0x20, 0x0c, 0x56, 0x61, 0x80, 0xec, 0x11, 0xec, 0x11, 0xec, 0x11, 0xec, 0x11, 0xec, 0x11,
        ]
        let errors: [UInt8] = [0xa5, 0x24, 0xd4, 0xc1, 0xed, 0x36, 0xc7, 0x87, 0x2c, 0x55]
        #expect(ReedSolomon.remainder(of: data, count: 10) == errors)
    }

    @Test func `a terminal shows two modules in each character, with a quiet zone around the code`() throws {
        let code = try #require(QRCode("x"))
        let drawing = QRDrawing(code: code, style: .blocks(drawsLight: true))
        let lines = try #require(drawing.lines)
        #expect(lines.count == 13 && lines.allSatisfy { $0.count == 25 })
        #expect(drawing.width == 25 && drawing.height == 13)
        #expect(lines[0] == String(repeating: "█", count: 25))
        #expect(lines[1].hasPrefix("██ ▄▄▄▄▄ █"))
        let coloured = try #require(QRDrawing(code: code, style: .colouredBlocks).lines)
        #expect(coloured == lines.map { "\u{1b}[40;97m\($0)\u{1b}[0m" })
    }

    // P20
    @Test func `on a light terminal without colours the dark modules are drawn`() throws {
        let code = try #require(QRCode("x"))
        let lines = try #require(QRDrawing(code: code, style: .blocks(drawsLight: false)).lines)
        #expect(lines[0].allSatisfy { $0 == " " })
        #expect(lines[1].hasPrefix("  █▀▀▀▀▀█ "))
    }

    // P20, P21
    @Test func `a locale without blocks gets two coloured blanks for each module`() throws {
        let code = try #require(QRCode("x"))
        let drawing = QRDrawing(code: code, style: .colouredBlanks)
        let lines = try #require(drawing.lines)
        #expect(lines.count == 25 && drawing.height == 25 && drawing.width == 50)
        #expect(lines.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } })
        let light = String(repeating: "\u{1b}[107m  ", count: 2)
        #expect(lines[2].hasPrefix("\(light)\u{1b}[40m  \u{1b}[40m  "))
    }

    // P20
    @Test(
        arguments: [
            (true, true, nil, QRDrawing.Style.colouredBlocks), (true, false, nil, .colouredBlanks),
            (false, true, .dark, .blocks(drawsLight: true)), (false, true, .light, .blocks(drawsLight: false)),
            (false, true, nil, .none), (false, false, .dark, .none), (true, true, .light, .colouredBlocks),
        ] as [(Bool, Bool, QRDrawing.Background?, QRDrawing.Style)])
    func `the style follows colours, locale and background`(
        _ hasColour: Bool, _ isUTF8: Bool, _ background: QRDrawing.Background?, _ style: QRDrawing.Style
    ) {
        #expect(QRDrawing.Style(hasColour: hasColour, isUTF8: isUTF8, background: background) == style)
    }

    // P20
    @Test(
        arguments: [
            ("15;0", .dark), ("0;15", .light), ("0;default;7", .light), ("7;8", .dark), ("0;9", .light), ("x", nil),
            ("0;16", nil), ("", nil),
        ] as [(String, QRDrawing.Background?)])
    func `COLORFGBG tells the background`(_ text: String, _ background: QRDrawing.Background?) {
        #expect(QRDrawing.Background(text) == background)
    }

    /// The expected code, which a scanner has read.
    private static let scanned = [
        "#######.#...##...#...##...#######",
        "#.....#.#.#..##.#.##..#.#.#.....#",
        "#.###.#.##.#.###...####.#.#.###.#",
        "#.###.#....#..#.#.#.#.##..#.###.#",
        "#.###.#.###....###...#.#..#.###.#",
        "#.....#...#..#.##..#..###.#.....#",
        "#######.#.#.#.#.#.#.#.#.#.#######",
        "..........#..####.#...#.#........",
        "#..######..####.##.....#.#..#.###",
        ".#.###.#####.#.#.###.###....###..",
        "#.#.###.##..##.##...#.##....#####",
        "###....##.#.##.##.#.####..##..###",
        "#####.##..#.##.#.#.#.#.##.###....",
        "....#...#..#.##..#####...###.##..",
        "...#..#.#......#..####..#.###.#..",
        "##.#....#..####.#...#..###.####.#",
        "...#.####.##.####...#.#.######...",
        "#...##...#.....#.####.....#.#.#.#",
        "##....####.#..##.###.#######.##.#",
        "...###.#..#####.#.....##.#..###..",
        "#######...#.#####.#..#####.###.#.",
        "#...##.#..#...#............####..",
        "#.##..#.##..#.....####.#..#.#.###",
        "#..#.#.##......#.#.##.##.#.#####.",
        "###...##..#.#.#.....#...#####....",
        "........#.#...#####.##..#...#.##.",
        "#######.#.#.#..#.#.##..##.#.#.#..",
        "#.....#.####...#.##..##.#...####.",
        "#.###.#.###.###.##...########..#.",
        "#.###.#.#.#.##..###..##..#.#....#",
        "#.###.#..####.##.#.#.#.##..##.###",
        "#.....#..###.##....##...#..######",
        "#######.##..#.##.###...##..####..",
    ]
}

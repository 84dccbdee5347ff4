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
        let lines = QRDrawing(code: code).lines(colour: false)
        #expect(lines.count == 13 && lines.allSatisfy { $0.count == 25 })
        #expect(lines[0] == String(repeating: "█", count: 25))
        #expect(lines[1].hasPrefix("██ ▄▄▄▄▄ █"))
        #expect(QRDrawing(code: code).lines(colour: true).allSatisfy { $0.hasPrefix("\u{1b}[40;97m") })
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

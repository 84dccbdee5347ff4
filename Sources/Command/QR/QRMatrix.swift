/// The modules of a QR code during construction.
struct QRMatrix {
    private let version: QRVersion
    private let size: Int
    private var dark: [[Bool]]
    /// Modules that belong to patterns or format information and aren't masked.
    private var fixed: [[Bool]]

    init(_ version: QRVersion, codewords: [UInt8]) {
        self.version = version
        size = version.size
        dark = Array(repeating: Array(repeating: false, count: size), count: size)
        fixed = dark
        placePatterns()
        place(codewords)
    }

    /// Returns the modules with the mask that has the lowest penalty by the standard's rules.
    func masked() -> [[Bool]] {
        let candidates = (0..<8).map { mask in
            var matrix = self
            matrix.apply(mask)
            return matrix
        }
        return candidates.min { $0.penalty < $1.penalty }?.dark ?? dark
    }

    private mutating func set(_ row: Int, _ column: Int, _ isDark: Bool) {
        guard (0..<size).contains(row), (0..<size).contains(column) else { return }
        dark[row][column] = isDark
        fixed[row][column] = true
    }

    private mutating func placePatterns() {
        for index in 0..<size {
            set(6, index, index % 2 == 0)
            set(index, 6, index % 2 == 0)
        }
        for (row, column) in [(3, 3), (3, size - 4), (size - 4, 3)] {
            for (down, right) in Self.square(4) {
                let distance = max(abs(down), abs(right))
                set(row + down, column + right, distance != 2 && distance != 4)
            }
        }
        let last = version.alignment.last ?? 0
        for row in version.alignment {
            for column in version.alignment {
                // Finder patterns occupy these three corners.
                if (row, column) == (6, 6) || (row, column) == (6, last) || (row, column) == (last, 6) { continue }
                for (down, right) in Self.square(2) {
                    set(row + down, column + right, max(abs(down), abs(right)) != 1)
                }
            }
        }
        placeFormat(mask: 0)
        placeVersion()
    }

    private static func square(_ radius: Int) -> [(Int, Int)] {
        (-radius...radius).flatMap { down in (-radius...radius).map { (down, $0) } }
    }

    /// The format information: level M is 00, then the mask and ten check bits. It is placed twice.
    private mutating func placeFormat(mask: Int) {
        var check = mask
        for _ in 0..<10 { check = (check << 1) ^ ((check >> 9) * 0x537) }
        let bits = (mask << 10 | check) ^ 0x5412
        func bit(_ index: Int) -> Bool { (bits >> index) & 1 == 1 }
        for index in 0..<6 { set(index, 8, bit(index)) }
        set(7, 8, bit(6))
        set(8, 8, bit(7))
        set(8, 7, bit(8))
        for index in 9..<15 { set(8, 14 - index, bit(index)) }
        for index in 0..<8 { set(8, size - 1 - index, bit(index)) }
        for index in 8..<15 { set(size - 15 + index, 8, bit(index)) }
        set(size - 8, 8, true)
    }

    private mutating func placeVersion() {
        guard version.number >= 7 else { return }
        var check = version.number
        for _ in 0..<12 { check = (check << 1) ^ ((check >> 11) * 0x1f25) }
        let bits = version.number << 12 | check
        for index in 0..<18 {
            let isDark = (bits >> index) & 1 == 1
            set(size - 11 + index % 3, index / 3, isDark)
            set(index / 3, size - 11 + index % 3, isDark)
        }
    }

    /// Places the codewords in columns of two from the right, alternately upwards and downwards, around the vertical
    /// timing pattern.
    private mutating func place(_ codewords: [UInt8]) {
        var index = 0
        var right = size - 1
        while right >= 1 {
            if right == 6 { right = 5 }
            let isUpward = (right + 1) & 2 == 0
            for step in 0..<size {
                let row = isUpward ? size - 1 - step : step
                for column in [right, right - 1] where !fixed[row][column] && index < codewords.count * 8 {
                    dark[row][column] = (codewords[index / 8] >> UInt8(7 - index % 8)) & 1 == 1
                    index += 1
                }
            }
            right -= 2
        }
    }

    private mutating func apply(_ mask: Int) {
        for row in 0..<size {
            for column in 0..<size where !fixed[row][column] && Self.inverts(mask, row, column) {
                dark[row][column].toggle()
            }
        }
        placeFormat(mask: mask)
    }

    private static func inverts(_ mask: Int, _ row: Int, _ column: Int) -> Bool {
        switch mask {
        case 0: (row + column) % 2 == 0
        case 1: row % 2 == 0
        case 2: column % 3 == 0
        case 3: (row + column) % 3 == 0
        case 4: (row / 2 + column / 3) % 2 == 0
        case 5: row * column % 2 + row * column % 3 == 0
        case 6: (row * column % 2 + row * column % 3) % 2 == 0
        default: ((row + column) % 2 + row * column % 3) % 2 == 0
        }
    }

    private var penalty: Int {
        let columns = (0..<size).map { column in dark.map { $0[column] } }
        var sum = (dark + columns).map(Self.linePenalty).reduce(0, +)
        for row in 0..<(size - 1) {
            for column in 0..<(size - 1) {
                let first = dark[row][column]
                let isBlock =
                    dark[row][column + 1] == first && dark[row + 1][column] == first
                    && dark[row + 1][column + 1] == first
                if isBlock { sum += 3 }
            }
        }
        let share = dark.joined().count { $0 } * 100 / (size * size)
        return sum + abs(share - 50) / 5 * 10
    }

    private static let finder = [true, false, true, true, true, false, true]

    /// The penalty for runs of five or more modules and for patterns that resemble a finder pattern.
    private static func linePenalty(_ line: [Bool]) -> Int {
        var sum = 0
        var run = 0
        for (index, module) in line.enumerated() {
            run = index > 0 && line[index - 1] == module ? run + 1 : 1
            if run == 5 { sum += 3 } else if run > 5 { sum += 1 }
        }
        let light = Array(repeating: false, count: 4)
        for pattern in [finder + light, light + finder] where line.count >= pattern.count {
            for start in 0...(line.count - pattern.count) where Array(line[start..<(start + pattern.count)]) == pattern
            {
                sum += 40
            }
        }
        return sum
    }
}

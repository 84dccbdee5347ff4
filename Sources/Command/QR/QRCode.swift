/// A QR code (ISO/IEC 18004) of a short text: byte mode, error correction level M, versions 1 to 10.
///
/// Implemented here because a library for it would add image formats as dependencies.
struct QRCode: Equatable {
    /// The rows of modules; true is dark.
    let modules: [[Bool]]

    var size: Int { modules.count }

    /// Returns nil if the text has more than 213 octets.
    init?(_ text: String) {
        let octets = Array(text.utf8)
        guard let version = QRVersion.all.first(where: { octets.count <= $0.capacity }) else { return nil }
        modules = QRMatrix(version, codewords: version.interleaved(Self.data(octets, version))).masked()
    }

    /// Mode, length, octets, terminator, and the two alternating pad octets.
    private static func data(_ octets: [UInt8], _ version: QRVersion) -> [UInt8] {
        var bits = BitWriter()
        bits.append(0b0100, count: 4)
        bits.append(octets.count, count: version.lengthBits)
        for octet in octets { bits.append(Int(octet), count: 8) }
        bits.append(0, count: min(4, version.dataCount * 8 - bits.count))
        bits.append(0, count: (8 - bits.count % 8) % 8)
        var data = bits.octets
        for pad in 0..<(version.dataCount - data.count) { data.append(pad % 2 == 0 ? 0xec : 0x11) }
        return data
    }
}

/// The values of the standard's tables for a version at level M.
struct QRVersion {
    let number: Int
    let errorCount: Int
    /// The number of data octets in each block.
    let blocks: [Int]
    /// The coordinates of the alignment patterns' centres, both horizontally and vertically.
    let alignment: [Int]

    var size: Int { 17 + 4 * number }
    var dataCount: Int { blocks.reduce(0, +) }
    var lengthBits: Int { number < 10 ? 8 : 16 }
    var capacity: Int { (dataCount * 8 - 4 - lengthBits) / 8 }

    static let all = [
        QRVersion(number: 1, errorCount: 10, blocks: [16], alignment: []),
        QRVersion(number: 2, errorCount: 16, blocks: [28], alignment: [6, 18]),
        QRVersion(number: 3, errorCount: 26, blocks: [44], alignment: [6, 22]),
        QRVersion(number: 4, errorCount: 18, blocks: [32, 32], alignment: [6, 26]),
        QRVersion(number: 5, errorCount: 24, blocks: [43, 43], alignment: [6, 30]),
        QRVersion(number: 6, errorCount: 16, blocks: [27, 27, 27, 27], alignment: [6, 34]),
        QRVersion(number: 7, errorCount: 18, blocks: [31, 31, 31, 31], alignment: [6, 22, 38]),
        QRVersion(number: 8, errorCount: 22, blocks: [38, 38, 39, 39], alignment: [6, 24, 42]),
        QRVersion(number: 9, errorCount: 22, blocks: [36, 36, 36, 37, 37], alignment: [6, 26, 46]),
        QRVersion(number: 10, errorCount: 26, blocks: [43, 43, 43, 43, 44], alignment: [6, 28, 50]),
    ]

    /// Interleaves the data and the error correction octets of all blocks.
    func interleaved(_ data: [UInt8]) -> [UInt8] {
        var rest = data[...]
        var parts: [[UInt8]] = []
        for count in blocks {
            parts.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        let errors = parts.map { ReedSolomon.remainder(of: $0, count: errorCount) }
        func turns(_ blocks: [[UInt8]]) -> [UInt8] {
            (0..<(blocks.map(\.count).max() ?? 0)).flatMap { index in
                blocks.compactMap { index < $0.count ? $0[index] : nil }
            }
        }
        return turns(parts) + turns(errors)
    }
}

/// Reed-Solomon error correction over GF(256) with the polynomial 0x11d.
enum ReedSolomon {
    static func remainder(of data: [UInt8], count: Int) -> [UInt8] {
        let generator = generator(count)
        var remainder = [UInt8](repeating: 0, count: count)
        for octet in data {
            let factor = octet ^ remainder.removeFirst()
            remainder.append(0)
            for index in 0..<count { remainder[index] ^= multiply(generator[index], factor) }
        }
        return remainder
    }

    /// The generator polynomial, the product of all (x - 2^i), without its leading coefficient 1.
    private static func generator(_ count: Int) -> [UInt8] {
        var coefficients = [UInt8](repeating: 0, count: count - 1) + [1]
        var root: UInt8 = 1
        for _ in 0..<count {
            for index in 0..<count {
                coefficients[index] = multiply(coefficients[index], root)
                if index + 1 < count { coefficients[index] ^= coefficients[index + 1] }
            }
            root = multiply(root, 2)
        }
        return coefficients
    }

    private static func multiply(_ left: UInt8, _ right: UInt8) -> UInt8 {
        var product = 0
        for bit in (0..<8).reversed() {
            product = (product << 1) ^ ((product >> 7) * 0x11d)
            if (right >> bit) & 1 == 1 { product ^= Int(left) }
        }
        return UInt8(product)
    }
}

private struct BitWriter {
    private(set) var octets: [UInt8] = []
    private(set) var count = 0

    mutating func append(_ value: Int, count bits: Int) {
        for bit in (0..<bits).reversed() {
            if count % 8 == 0 { octets.append(0) }
            if (value >> bit) & 1 == 1 { octets[count / 8] |= 0x80 >> UInt8(count % 8) }
            count += 1
        }
    }
}

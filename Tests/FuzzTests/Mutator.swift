import FuzzTargets

/// Creates invalid input from samples. The same seed creates the same inputs.
struct Mutator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// The SplitMix64 generator.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    private static let longest = 64 * 1024

    /// Applies one to eight changes to one of the samples, or to two of them that are joined.
    mutating func input(from samples: [[UInt8]]) -> [UInt8] {
        var input = samples.randomElement(using: &self) ?? []
        if Int.random(in: 0..<8, using: &self) == 0, let other = samples.randomElement(using: &self) {
            let cut = place(in: input)
            input = Array(input[..<cut]) + other[place(in: other)...]
        }
        for _ in 0..<Int.random(in: 1...8, using: &self) { change(&input) }
        return Array(input.prefix(Self.longest))
    }

    private mutating func place(in octets: [UInt8]) -> Int { Int.random(in: 0...octets.count, using: &self) }

    private mutating func change(_ input: inout [UInt8]) {
        let place = place(in: input)
        switch Int.random(in: 0..<7, using: &self) {
        case 0 where place < input.count: input[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
        case 1 where place < input.count: input[place] = UInt8.random(in: 0...255, using: &self)
        case 2: input.insert(UInt8.random(in: 0...255, using: &self), at: place)
        case 3:
            let count = min(Int.random(in: 1...16, using: &self), input.count - place)
            input.removeSubrange(place..<(place + count))
        case 4:
            let end = min(input.count, place + Int.random(in: 1...64, using: &self))
            let piece = Array(input[place..<end])
            let times = Int.random(in: 0..<16, using: &self) == 0 ? 512 : 1
            input.insert(contentsOf: Array(repeating: piece, count: times).joined(), at: place)
        default: input.insert(contentsOf: FuzzTarget.pieces.randomElement(using: &self) ?? [], at: place)
        }
    }
}

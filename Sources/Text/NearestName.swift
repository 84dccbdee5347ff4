/// Finds the known name that a misspelled one was probably meant to be.
package enum NearestName {
    /// Nil where no name is near: a wrong suggestion helps less than none.
    package static func nearest(to name: String, in names: some Sequence<String>) -> String? {
        near(name, in: names, limit: 1).first
    }

    /// The nearest first; names that are equally near keep their alphabetical order.
    package static func near(_ name: String, in names: some Sequence<String>, limit: Int = 3) -> [String] {
        let ranked = names.compactMap { candidate in
            distance(from: name, to: candidate).map { (distance: $0, name: candidate) }
        }
        return ranked.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(limit).map(\.name)
    }

    /// Longer names are no typing errors, and the work grows with the square of the length.
    private static let longestName = 128

    /// The optimal string alignment distance, ignoring case. nil where it is both above 2 and above a third of the
    /// length, or where every character would have to change.
    package static func distance(from name: String, to other: String) -> Int? {
        let (from, to) = (Array(name.lowercased().utf8), Array(other.lowercased().utf8))
        let longest = max(from.count, to.count)
        guard !from.isEmpty, !to.isEmpty, longest <= longestName else { return nil }
        let limit = min(max(2, longest / 3), longest - 1)
        guard abs(from.count - to.count) <= limit else { return nil }
        let distance = alignment(from, to)
        return distance <= limit ? distance : nil
    }

    private static func alignment(_ from: [UInt8], _ to: [UInt8]) -> Int {
        var beforeLast = [Int](repeating: 0, count: to.count + 1)
        var last = Array(0...to.count)
        for row in 1...from.count {
            var current = [row]
            for column in 1...to.count {
                let change = from[row - 1] == to[column - 1] ? 0 : 1
                var best = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + change)
                if row > 1, column > 1, from[row - 1] == to[column - 2], from[row - 2] == to[column - 1] {
                    best = min(best, beforeLast[column - 2] + 1)
                }
                current.append(best)
            }
            (beforeLast, last) = (last, current)
        }
        return last[to.count]
    }
}

import FoundationEssentials
import FuzzTargets

/// Writes what libFuzzer starts with: the samples, in a folder for each parser, and a dictionary.
enum Preparation {
    static func write(to folder: URL) throws {
        for target in FuzzTarget.all {
            let corpus = folder.appending(path: target.name)
            try FileManager.default.createDirectory(at: corpus, withIntermediateDirectories: true)
            for (number, sample) in target.samples.enumerated() {
                try Data(sample).write(to: corpus.appending(path: "sample-\(number)"))
            }
        }
        let lines = FuzzTarget.pieces.map { "\"\($0.map(escape).joined())\"\n" }
        try Data(lines.joined().utf8).write(to: folder.appending(path: "dictionary"))
    }

    private static func escape(_ octet: UInt8) -> String {
        let digits = String(octet, radix: 16)
        return "\\x\(digits.count == 1 ? "0" : "")\(digits)"
    }
}

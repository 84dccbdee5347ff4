import Foundation
import Testing

/// Reads files in the folder Fixtures.
enum Fixture {
    static func text(_ name: String) throws -> String {
        let folder = try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil))
        return try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        try Array(text(name).utf8)
    }

    /// Parses a captured request: its head and its body.
    static func request(_ name: String) throws -> CapturedRequest {
        let text = try text(name).replacing("\r\n", with: "\n")
        let end = try #require(text.firstRange(of: "\n\n"))
        let lines = text[..<end.lowerBound].split(separator: "\n")
        let start = try #require(lines.first).split(separator: " ")
        let headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (parts[0].lowercased(), parts[1].trimmingCharacters(in: .whitespaces))
        }
        return CapturedRequest(
            method: String(start[0]), path: String(start[1]), headers: Dictionary(uniqueKeysWithValues: headers),
            body: String(text[end.upperBound...]))
    }
}

struct CapturedRequest {
    var method: String
    var path: String
    /// The headers by lower-case name.
    var headers: [String: String]
    var body: String
}

import FoundationEssentials
import Testing
import Text

struct LockedTests {
    private struct Holder: Equatable {
        @Locked var secret: Secret?
    }

    @Test(arguments: ["", "a", "r3fresh-token", String(repeating: "x", count: 64), String(repeating: "ü", count: 5000)])
    func `a secret comes back as it was, and is equal to the same one only`(_ text: String) {
        var holder = Holder(secret: Secret(text))
        let copy = holder
        #expect(holder.secret == Secret(text) && holder == Holder(secret: Secret(text)))
        #expect(holder != Holder(secret: Secret(text + "y")) && holder != Holder(secret: nil))
        holder.secret = Secret("other")
        #expect(copy.secret == Secret(text) && holder != copy)
        holder.secret = nil
        #expect(holder.secret == nil && holder == Holder(secret: nil))
    }

    @Test func `many secrets of all sizes don't disturb each other`() {
        var holders = (0..<2000).map { Holder(secret: Secret(String(repeating: "\($0) ", count: $0 % 97))) }
        for index in stride(from: 0, to: holders.count, by: 3) { holders[index].secret = nil }
        for index in stride(from: 0, to: holders.count, by: 3) { holders[index].secret = Secret("again \(index)") }
        for (index, holder) in holders.enumerated() {
            let expected = index % 3 == 0 ? "again \(index)" : String(repeating: "\(index) ", count: index % 97)
            #expect(holder.secret == Secret(expected))
        }
    }

    @Test func `its memory is locked where the limit allows it`() throws {
        let holder = Holder(secret: Secret("r3fresh-token"))
        let limit = try number("Max locked memory", in: "/proc/self/limits")
        if limit.map({ $0 >= 1 << 20 }) ?? true {
            #expect(try number("VmLck:", in: "/proc/self/status") ?? 0 >= 64)
        }
        withExtendedLifetime(holder) {}
    }

    /// The first number of the line; nil where it is a word, such as `unlimited`.
    private func number(_ name: String, in path: String) throws -> Int? {
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        let line = try #require(lines.first { $0.hasPrefix(name) }).dropFirst(name.count)
        return line.split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) }
    }

    @Test func `it isn't shown`() {
        #expect(!"\(Holder(secret: Secret("r3fresh-token")))".contains("r3fresh"))
    }
}

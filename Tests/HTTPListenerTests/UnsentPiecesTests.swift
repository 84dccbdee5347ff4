import NIOCore
import Testing

@testable import HTTPListener

struct UnsentPiecesTests {
    private let one = ByteBuffer(string: "one")
    private let two = ByteBuffer(string: "two")
    private let three = ByteBuffer(string: "three")

    @Test func `pieces that are added during a write are joined for the next write`() {
        var pieces = UnsentPieces()
        pieces.add(one)
        let first = pieces.nextStep()
        #expect(first == .write(one))
        pieces.add(two)
        pieces.add(three)
        #expect(pieces.count == 11)
        let second = pieces.nextStep()
        #expect(second == .write(ByteBuffer(string: "twothree")))
        #expect(pieces.count == 8)
        let third = pieces.nextStep()
        #expect(third == .rest)
        #expect(pieces.count == 0)
    }

    @Test func `only one step is requested at a time`() {
        var pieces = UnsentPieces()
        #expect(!pieces.isAdvancing)
        let starts = [pieces.startAdvancing(), pieces.startAdvancing()]
        #expect(starts == [true, false])
        pieces.add(one)
        let write = pieces.nextStep()
        #expect(write == .write(one))
        #expect(pieces.isAdvancing)
        let startsWhileWriting = pieces.startAdvancing()
        #expect(!startsWhileWriting)
        let rest = pieces.nextStep()
        #expect(rest == .rest)
        #expect(!pieces.isAdvancing)
        let startsAgain = pieces.startAdvancing()
        #expect(startsAgain)
    }

    @Test func `the limit includes the held bytes and those being written`() {
        var pieces = UnsentPieces()
        pieces.add(one, limit: 9)
        _ = pieces.nextStep()
        pieces.add(two, limit: 9)
        pieces.add(one, limit: 9)
        #expect(pieces.isOpen)
        #expect(pieces.count == 9)
        pieces.add(ByteBuffer(string: "x"), limit: 9)
        #expect(!pieces.isOpen)
        let step = pieces.nextStep()
        #expect(step == .rest)
    }

    @Test(arguments: [(5, true), (4, false)])
    func `a piece of exactly the limit is accepted, a longer one is not`(limit: Int, isTaken: Bool) {
        var pieces = UnsentPieces()
        pieces.add(three, limit: limit)
        #expect(pieces.isOpen == isTaken)
    }

    @Test func `the end comes once, after everything that was held`() {
        var pieces = UnsentPieces()
        _ = pieces.startAdvancing()
        pieces.add(one)
        pieces.finish()
        #expect(!pieces.isOpen)
        pieces.add(two)
        let steps = [pieces.nextStep(), pieces.nextStep()]
        #expect(steps == [.write(one), .finish])
        let startsAgain = pieces.startAdvancing()
        #expect(!startsAgain)
    }

    @Test func `a body that is broken off has no end, and can't be finished`() {
        var pieces = UnsentPieces()
        pieces.add(one)
        pieces.breakOff()
        pieces.finish()
        #expect(pieces.count == 0)
        let step = pieces.nextStep()
        #expect(step == .rest)
    }
}

import Failures
import FoundationEssentials
import Grants
import Register
import TestStores
import Testing

@testable import Stores

/// What a record of another host must be like.
struct RecordJudgementTests {
    private static let stamp = SharedStamp(
        version: SharedVersion(era: 1, generation: 2), id: "r-1", consent: "r-0")

    private static func content(_ change: (inout RecordContent) -> Void = { _ in }) -> RecordContent {
        var record = SharedRecord(
            stamp: stamp, kept: .example(), issued: EngineInstant(milliseconds: 1_800_000_000_000), host: "build-7",
            allowance: SharedAllowance(left: 3, counted: EngineInstant(milliseconds: 0)))
        record.claim = SharedRecord.Claim(
            id: "r-2", host: "h", name: "build-8", run: "r", at: EngineInstant(milliseconds: 0))
        record.trouble = SharedRecord.Trouble(
            failures: 1, refusals: 1, code: .timeout, until: EngineInstant(milliseconds: 0))
        var content = RecordContent(record, binding: KeptGrant.example().binding, now: .example(2000))
        change(&content)
        return content
    }

    @Test func `a record of a host is sound, and so is a logout`() {
        #expect(Self.content().isSound)
        let tombstone = SharedRecord(
            stamp: SharedStamp(version: SharedVersion(era: 2, generation: 0), id: "r-3", consent: ""), kept: nil,
            issued: nil, host: "build-7")
        let binding = KeptGrant.example().binding
        #expect(RecordContent(tombstone, binding: binding, now: .example(2000)).isSound)
    }

    private static let flaws: [(String, @Sendable (inout RecordContent) -> Void)] = [
        ("no era", { $0.era = 0 }), ("the last era", { $0.era = .max }),
        ("the last generation", { $0.generation = .max }),
        ("no id", { $0.id = "" }), ("a long id", { $0.id = String(repeating: "x", count: 257) }),
        ("a control character", { $0.host = "a\u{1B}[2J" }), ("no claim's id", { $0.claim?.id = "" }),
        ("a claim's name", { $0.claim?.name = "a\nb" }), ("a grant after a logout", { $0.consent = "" }),
        ("no grant", { $0.grant = nil }), ("no time of issue", { $0.issued = nil }),
        ("a time of issue at the end", { $0.issued = EngineInstant(milliseconds: .max) }),
        ("an endless pause", { $0.trouble?.until = EngineInstant(milliseconds: .min) }),
        ("failures below zero", { $0.trouble?.failures = -1 }), ("too many refusals", { $0.trouble?.refusals = .max }),
        ("an endless allowance", { $0.allowance?.left = .infinity }), ("a lifetime", { $0.grant?.lifetime = 1e300 }),
        ("a lifetime below zero", { $0.grant?.lifetime = -1 }), ("a consent's life", { $0.grant?.consentLife = 1e300 }),
        ("a consent's time", { $0.grant?.consentedAt = -1e300 }), ("an instant", { $0.grant?.issuedInstant = .min }),
    ]

    @Test func `anything that could stop this process is not taken`() {
        for (name, flaw) in Self.flaws { #expect(!Self.content(flaw).isSound, "\(name)") }
    }

    @Test func `numbers at their limits are taken`() {
        #expect(
            Self.content { $0.generation = 1 << 53 - 1 }.isSound && !Self.content { $0.generation = 1 << 53 }.isSound)
        #expect(Self.content { $0.host = String(repeating: "x", count: 256) }.isSound)
        let most = Self.content { $0.trouble?.failures = 1_000_000 }
        let more = Self.content { $0.trouble?.failures = 1_000_001 }
        #expect(most.isSound && !more.isSound)
        let momentary = Self.content { $0.grant?.lifetime = 0 }
        #expect(momentary.isSound)
    }
}

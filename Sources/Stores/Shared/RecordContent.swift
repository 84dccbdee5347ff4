import Failures
import FoundationEssentials
import Grants
import OAuth
import Register

/// The content of a record in the shared store, as JSON. The register's machine decides by it; times are those of the
/// engine, or relative to the time at which the access token was issued.
struct RecordContent: Codable, Sendable {
    struct Claim: Codable, Sendable {
        var id: String
        var host: String
        var name: String
        var run: String
        var at: EngineInstant
    }

    struct Trouble: Codable, Sendable {
        var failures: Int
        var refusals: Int
        var code: String
        var until: EngineInstant
    }

    struct Allowance: Codable, Sendable {
        var left: Double
        var counted: EngineInstant
    }

    var clientID: String
    var server: String
    var era: UInt64
    var generation: UInt64
    var id: String
    /// Empty after a logout.
    var consent: String
    var isRefused: Bool?
    var grant: GrantRecord?
    var issued: EngineInstant?
    var host: String
    var claim: Claim?
    var trouble: Trouble?
    var allowance: Allowance?

    /// In place of a boot: instants in a record are relative to each other only.
    private static let noBoot = ""

    init(_ record: SharedRecord, binding: GrantBinding, now: Moment) {
        (clientID, server) = (binding.clientID, binding.server)
        (era, generation) = (record.stamp.version.era, record.stamp.version.generation)
        (id, consent, host) = (record.stamp.id, record.stamp.consent, record.host)
        isRefused = record.isRefused ? true : nil
        grant = record.kept.map { GrantRecord($0, bootID: Self.noBoot, now: now, isClockSure: false) }
        issued = record.issued
        claim = record.claim.map { Claim(id: $0.id, host: $0.host, name: $0.name, run: $0.run, at: $0.at) }
        trouble = record.trouble.map {
            Trouble(failures: $0.failures, refusals: $0.refusals, code: $0.code.rawValue, until: $0.until)
        }
        allowance = record.allowance.map { Allowance(left: $0.left, counted: $0.counted) }
    }

    var binding: GrantBinding { GrantBinding(clientID: clientID, server: server) }

    /// The record. The times of its grant are right relative to each other only: `issued` dates it.
    func record(now: Moment) -> SharedRecord {
        let stamp = SharedStamp(
            version: SharedVersion(era: era, generation: generation), id: id, consent: consent)
        var kept = grant?.kept(now: now, bootID: Self.noBoot, isClockSure: false)
        kept?.share = stamp
        var record = SharedRecord(
            stamp: stamp, kept: kept, issued: issued, host: host,
            allowance: allowance.map { SharedAllowance(left: $0.left, counted: $0.counted) })
        record.isRefused = isRefused ?? false
        record.claim = claim.map {
            SharedRecord.Claim(id: $0.id, host: $0.host, name: $0.name, run: $0.run, at: $0.at)
        }
        record.trouble = trouble.map {
            // A code of a later version is one that passes.
            SharedRecord.Trouble(
                failures: $0.failures, refusals: $0.refusals, code: FailureCode(rawValue: $0.code) ?? .refreshing,
                until: $0.until)
        }
        return record
    }
}

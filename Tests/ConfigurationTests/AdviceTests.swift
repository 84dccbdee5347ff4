import Accounts
import Failures
import OAuth
import Testing
import Vendors

@testable import Configuration

/// The remedies that people are given for errors of valetkey, OAuth and the vendors.
struct AdviceTests {
    private static let catalogue = ProviderCatalogue.complete

    /// The ranges of numbers that contain the vendors' codes; most numbers in them are no code.
    private static let ranges = [
        16000..<16010, 28000..<28010, 40000..<40020, 50000..<54100, 65000..<65010, 70000..<70100, 80000..<80020,
        90000..<90150, 500_000..<502_000, 530_000..<530_100, 650_000..<650_100, 700_000..<700_100, 900_000..<902_000,
        7_000_000..<7_000_300, 9_001_000..<9_003_000,
    ]

    private static let readings = ranges.joined().compactMap { number in
        catalogue.reading(of: OAuthError("invalid_grant", numbers: [number]), account: "zebra").map { (number, $0) }
    }

    private static let commands: Set = ["login", "reload", "refresh"]

    /// Commands with a word of their own, and those that concern no account.
    private static let ofStore: Set = ["status", "take"]
    private static let general: Set = ["valetkey store status"]

    /// Words with an underscore that are neither keys nor error codes.
    private static let values: Set = ["offline_access", "access_type", "id_token"]

    private static let keys = Set(
        AccountReader.keys + TraitKey.all.map(\.name) + catalogue.placeholderKeys + catalogue.secretKeys.map(\.name))

    /// Returns why a remedy is useless; nil if it is useful.
    private static func fault(_ remedy: String) -> String? {
        if !remedy.contains("zebra"), !general.contains(where: remedy.contains) { return "doesn't name the account" }
        for match in remedy.matches(of: #/valetkey store ([a-z]+)/#) where !ofStore.contains(String(match.1)) {
            return "names the command \(match.0)"
        }
        for match in remedy.matches(of: #/valetkey ([a-z]+)( [a-z]+)?/#)
        where !["tries", "store"].contains(match.1)
            && !(commands.contains(String(match.1)) && (match.1 == "reload") == (match.2 == nil))
        {
            return "names the command \(match.0)"
        }
        for match in remedy.matches(of: #/[a-z]+(_[a-z]+)+/#)
        where !keys.contains(String(match.0)) && !values.contains(String(match.0)) {
            return "names the key \(match.0)"
        }
        return nil
    }

    // D3
    @Test func `the remedy of each code of a vendor names the account, and only commands and keys that exist`() throws {
        #expect(Self.readings.count > 130)
        for (number, reading) in Self.readings {
            let remedy = try #require(reading.remedy, "\(number)")
            #expect(Self.fault(remedy) == nil, "\(number): \(remedy)")
        }
    }

    // D3
    @Test func `a consent remedy names valetkey login, and a temporary failure says that valetkey tries again`() {
        for (number, reading) in Self.readings {
            let remedy = reading.remedy ?? ""
            switch reading.meaning {
            case .consentNeeded: #expect(remedy.contains("valetkey login zebra"), "\(number)")
            case .passing: #expect(remedy.contains("wait") || remedy.contains("tries again"), "\(number)")
            default: #expect(reading.meaning == .configuration && !remedy.contains("consent again"), "\(number)")
            }
        }
    }

    @Test(arguments: FailureCode.allCases)
    func `the remedy of each failure names the account, and only commands and keys that exist`(_ code: FailureCode) {
        guard let remedy = code.remedy(account: "zebra") else { return }
        #expect(Self.fault(remedy) == nil, "\(remedy)")
    }

    @Test func `each failure that a user must correct has a remedy, in the table or where it is created`() {
        let unadvised = FailureCode.allCases.filter {
            [.consentNeeded, .configuration].contains($0.meaning) && $0.facts.remedy == nil
        }
        // Their remedies depend on more than the code: a server's answer, a path, a scope.
        #expect(
            Set(unadvised) == [.configurationError, .otherIssuer, .refusedScope, .otherKey, .unreadableFile])
    }
}

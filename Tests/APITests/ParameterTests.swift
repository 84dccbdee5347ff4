import APIContract
import Failures
import Testing

@testable import APIServer

struct ParameterTests {
    private let wait = Parameter.seconds("wait", upTo: 3600, default: 30, "")
    private let fresh = Parameter.flag("fresh", "")
    private let scope = Parameter.text("scope", upTo: 5, "")

    private func complaint(_ query: Substring) -> String? {
        do throws(Problem) {
            _ = try ParameterValues(query, of: [wait, fresh, scope])
            return nil
        } catch {
            #expect(error.code == .malformedRequest)
            #expect(error.status == 400)
            return error.detail
        }
    }

    @Test(arguments: [("0", 0), ("1", 1), ("3599", 3599), ("3600", 3600)])
    func `seconds within the bounds are accepted`(text: String, seconds: Int) throws {
        let values = try ParameterValues("wait=\(text)", of: [wait])
        #expect(values["wait"] == .seconds(seconds))
    }

    @Test(arguments: ["-1", "3601", "", "1.5", "5m", "1%20", "0x1", "99999999999999999999"])
    func `seconds outside the bounds are refused`(text: String) {
        #expect(complaint("wait=\(text)") == "wait is a number of seconds from 0 to 3600")
    }

    @Test(arguments: [
        ("fresh", true), ("fresh=", true), ("fresh=true", true), ("fresh=1", true), ("fresh=false", false),
        ("fresh=0", false),
    ])
    func `a flag is set by its name, and by true or 1`(query: String, isSet: Bool) throws {
        #expect(try ParameterValues(query[...], of: [fresh])["fresh"] == .flag(isSet))
    }

    @Test(arguments: ["yes", "TRUE", "2", "no"])
    func `other values of a flag are refused`(text: String) {
        #expect(complaint("fresh=\(text)") == "fresh is true or false")
    }

    @Test(arguments: [("a", "a"), ("abcde", "abcde"), ("a+b", "a b"), ("%C3%A9%C3%A9x", "ééx")])
    func `text within its length is accepted`(text: String, expected: String) throws {
        #expect(try ParameterValues("scope=\(text)", of: [scope])["scope"] == .text(expected))
    }

    @Test(arguments: ["", "abcdef", "%C3%A9%C3%A9%C3%A9"])
    func `text that is empty or too long is refused`(text: String) {
        #expect(complaint("scope=\(text)") == "scope is text of 1 to 5 bytes")
    }

    @Test(arguments: [
        ("wait=1&fresh&wait=1", "wait is given 2 times"), ("fresh&fresh&fresh", "fresh is given 3 times"),
        ("min_ttl=1", "unknown parameter \"min_ttl\""), ("Wait=1", "unknown parameter \"Wait\""),
        ("=", "unknown parameter \"\""), ("wait=1&%1b%5b2J", "unknown parameter \"[2J\""),
        ("wait=%zz", "the query has an invalid percent escape"), ("%ff", "the query has an invalid percent escape"),
    ])
    func `an unknown or repeated parameter is refused`(query: String, detail: String) {
        #expect(complaint(query[...]) == detail)
    }

    @Test func `a missing parameter is nil`() throws {
        for query: Substring in ["", "fresh"] {
            let values = try ParameterValues(query, of: [wait, fresh])
            #expect(values["wait"] == nil)
        }
    }
}

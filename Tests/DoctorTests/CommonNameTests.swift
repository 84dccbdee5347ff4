import FoundationEssentials
import Testing

@testable import Doctor

struct CommonNameTests {
    /// An element of DER with this tag.
    private func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        let count = content.count
        let length: [UInt8] =
            count < 128
            ? [UInt8(count)] : count < 256 ? [0x81, UInt8(count)] : [0x82, UInt8(count >> 8), UInt8(count & 255)]
        return [tag] + length + content
    }

    /// A name of X.509; `last` is the last octet of each attribute's type: 3 is the common name, 10 the organization.
    private func name(_ parts: [(last: UInt8, value: String)]) -> [UInt8] {
        element(
            0x30,
            parts.flatMap { last, value in
                element(0x31, element(0x30, [0x06, 0x03, 0x55, 0x04, last] + element(0x0c, Array(value.utf8))))
            })
    }

    private func certificate(
        issuer: [(last: UInt8, value: String)] = [(3, "authority")], subject: [(last: UInt8, value: String)],
        hasVersion: Bool = true
    ) -> [UInt8] {
        let version = hasVersion ? element(0xa0, [0x02, 0x01, 0x02]) : []
        let fields =
            version + element(0x02, [0x05]) + element(0x30, []) + name(issuer) + element(0x30, []) + name(subject)
            + element(0x30, Array(repeating: 0, count: 300))
        return element(0x30, element(0x30, fields) + element(0x30, []))
    }

    private func pem(_ octets: [UInt8]) -> String {
        let text = Data(octets).base64EncodedString(options: .lineLength64Characters)
        return "text before\n-----BEGIN CERTIFICATE-----\n\(text)\n-----END CERTIFICATE-----\n"
    }

    @Test func `the common name is that of the subject`() {
        #expect(CommonName.find(in: pem(certificate(subject: [(10, "team"), (3, "Jörg")]))) == "Jörg")
        #expect(CommonName.find(in: pem(certificate(subject: [(3, "mail")], hasVersion: false))) == "mail")
        #expect(CommonName.find(in: pem(certificate(subject: [(10, "team")]))) == nil)
        #expect(CommonName.find(in: pem(certificate(subject: []))) == nil)
        let long = String(repeating: "a", count: 200)
        #expect(CommonName.find(in: pem(certificate(subject: [(3, long)]))) == long)
    }

    @Test func `the first certificate counts`() {
        let both = pem(certificate(subject: [(10, "team")])) + pem(certificate(subject: [(3, "authority")]))
        #expect(CommonName.find(in: both) == nil)
    }

    @Test func `what is cut or changed is no certificate, and ends nothing`() {
        let whole = certificate(subject: [(3, "mail")])
        for count in whole.indices { #expect(CommonName.find(in: pem(Array(whole[..<count]))) == nil) }
        for index in whole.indices {
            var changed = whole
            changed[index] = 0xff
            _ = CommonName.find(in: pem(changed))
        }
        #expect(CommonName.find(in: "") == nil)
        #expect(CommonName.find(in: "-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----") == nil)
    }
}

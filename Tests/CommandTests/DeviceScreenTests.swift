import APIContract
import FoundationEssentials
import Testing

@testable import Command
@testable import Console

struct DeviceScreenTests {
    // DEVICE-4
    @Test func `the code and the address are shown as text`() {
        let consent = ConsentReport(
            account: "ads", id: "1", flow: .device, state: .pending, userCode: "WDJB-MJHT",
            verificationURI: "https://as.example/device", expiresAt: Date(timeIntervalSince1970: 0), expiresIn: 60)
        let text = DeviceScreen(consent, screen: Terminal.error).lines.joined(separator: "\n")
        #expect(text.contains("https://as.example/device") && text.contains("WDJB-MJHT") && text.contains("ads"))
    }
}

import APIContract
import FoundationEssentials
import Testing

@testable import Command
@testable import Console

struct DeviceScreenTests {
    private static let consent = ConsentReport(
        account: "ads", id: "1", flow: .device, state: .pending, userCode: "WDJB-MJHT",
        verificationURI: "https://as.example/device", expiresAt: Date(timeIntervalSince1970: 0), expiresIn: 60)

    private func lines(_ columns: Int, _ rows: Int, hasColour: Bool = true, isTerminal: Bool = true) -> [String] {
        let screen = Terminal(
            descriptor: -1, isTerminal: isTerminal, hasColour: hasColour, size: (columns, rows))
        return DeviceScreen(Self.consent, screen: screen).lines
    }

    // DEVICE-4
    @Test func `the code and the address are shown as text`() {
        let text = DeviceScreen(Self.consent, screen: Terminal.error).lines.joined(separator: "\n")
        #expect(text.contains("https://as.example/device") && text.contains("WDJB-MJHT") && text.contains("ads"))
    }

    // P20
    @Test func `the QR code is drawn only if all of it fits above the waiting line`() throws {
        let drawn = lines(80, 30)
        let isDrawing = { (line: String) in line.hasPrefix("\u{1b}[40;97m") }
        let (width, height) = (try #require(drawn.last).dropFirst(8).dropLast(4).count, drawn.count + 2)
        #expect(drawn.count { isDrawing($0) } == 15 && drawn.last.map(isDrawing) == true)
        #expect(lines(80, height).contains(where: isDrawing) && !lines(80, height - 1).contains(where: isDrawing))
        #expect(lines(width, 60).contains(where: isDrawing) && !lines(width - 1, 60).contains(where: isDrawing))
        let small = lines(80, 15).suffix(2).joined(separator: " ")
        #expect(small.contains("There is no QR code: it needs a terminal of \(width) columns and \(height) rows"))
        #expect(lines(40, 15).allSatisfy { $0.count <= 40 || $0.contains("\u{1b}") })
    }

    // P20
    @Test func `without colours and without a known background there is no QR code, and that is said`() {
        #expect(lines(80, 60, hasColour: false).suffix(2).joined(separator: " ").contains("with NO_COLOR"))
        #expect(!lines(80, 60, hasColour: false).contains { $0.contains("█") })
        #expect(!lines(80, 60, isTerminal: false).contains { $0.contains("QR") })
    }
}

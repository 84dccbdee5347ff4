import APIContract
import Console

/// What a user needs for a consent on another device: the address, the code, and both as a QR code where the server
/// gives such an address and the terminal is wide enough (RFC 8628 section 3.3).
struct DeviceScreen {
    let consent: ConsentReport
    let screen: Terminal

    init(_ consent: ConsentReport, screen: Terminal) {
        self.consent = consent
        self.screen = screen
    }

    var lines: [String] {
        let address = consent.verificationURI ?? ""
        var lines = ["To consent for \(consent.account), open this address on any device:"]
        lines.append("  \(screen.paint(address, .cyan))")
        lines.append("and type this code, which nobody else needs to know:")
        lines.append("  \(screen.paint(consent.userCode ?? "", .bold))")
        guard screen.isTerminal, let code = QRCode(consent.verificationURIComplete ?? address) else { return lines }
        let drawing = QRDrawing(code: code)
        guard drawing.width <= screen.width else { return lines }
        lines.append(
            consent.verificationURIComplete == nil
                ? "The address to scan:" : "Or scan this, and compare the code that you are shown with the one above:")
        return lines + drawing.lines(colour: screen.hasColour)
    }
}

import APIContract
import Console
import Text

/// The instructions for a consent on another device: the URL, the code, and a QR code if the terminal is wide enough
/// (RFC 8628 section 3.3). The QR code contains the user code if the server has a URL for that.
struct DeviceScreen {
    let consent: ConsentReport
    let screen: Terminal

    init(_ consent: ConsentReport, screen: Terminal) {
        self.consent = consent
        self.screen = screen
    }

    var lines: [String] {
        let address = (consent.verificationURI ?? "").plain
        var lines = ["To consent for \(consent.account), open this URL on any device:"]
        lines.append("  \(screen.paint(address, .cyan))")
        lines.append("Enter this code there. Never enter a code that someone sent you:")
        lines.append("  \(screen.paint((consent.userCode ?? "").plain, .bold))")
        guard screen.isTerminal, let code = QRCode(consent.verificationURIComplete ?? address) else { return lines }
        let drawing = QRDrawing(code: code)
        guard drawing.width <= screen.width else { return lines }
        lines.append(
            consent.verificationURIComplete == nil
                ? "Or scan the URL:" : "Or scan this. Check that the page shows the code above:")
        return lines + drawing.lines(colour: screen.hasColour)
    }
}

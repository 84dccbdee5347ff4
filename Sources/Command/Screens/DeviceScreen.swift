import APIContract
import Console
import Text

/// The instructions for a consent on another device: the URL, the code, and a QR code if the terminal has room for it
/// and can show it (RFC 8628 section 3.3). The QR code contains the user code if the server has a URL for that.
struct DeviceScreen {
    let consent: ConsentReport
    let screen: Terminal

    init(_ consent: ConsentReport, screen: Terminal) {
        self.consent = consent
        self.screen = screen
    }

    var lines: [String] {
        let address = (consent.verificationURI ?? "").plain
        var lines = wrapped("To consent for \(consent.account), open this URL on any device:")
        lines.append("  \(screen.paint(address, .cyan))")
        lines += wrapped("Enter this code there. Never enter a code that someone sent you:")
        lines.append("  \(screen.paint((consent.userCode ?? "").plain, .bold))")
        guard screen.isTerminal, let code = QRCode(consent.verificationURIComplete ?? address) else { return lines }
        let drawing = QRDrawing(code: code, style: QRDrawing.Style(of: screen))
        let invitation = wrapped(
            consent.verificationURIComplete == nil
                ? "Or scan the URL:" : "Or scan this. Check that the page shows the code above:")
        // The line that shows the time left, and the one above it, are below the drawing.
        let (width, height) = (drawing.width, lines.count + invitation.count + drawing.height + 2)
        if screen.width < width || screen.height < height {
            return lines
                + wrapped(
                    "There is no QR code: it needs a terminal of \(width) columns and \(height) rows, and this one has "
                        + "\(screen.width) and \(screen.height).")
        }
        guard let drawn = drawing.lines else {
            return lines
                + wrapped("There is no QR code: with NO_COLOR, only COLORFGBG tells whether this terminal is light.")
        }
        return lines + invitation + drawn
    }

    private func wrapped(_ text: String) -> [String] { Wrapping.lines(text, width: screen.columns) }
}

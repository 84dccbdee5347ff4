/// The octets that a terminal sends while a person types or pastes, as lines.
///
/// A paste is one text, whatever line breaks it has: a terminal that brackets pastes says where one begins and ends, and
/// from others several lines arrive at once.
package struct TypedInput: Sendable, Equatable {
    package enum Event: Sendable, Equatable {
        case line(String)
        /// Ctrl-D on an empty line.
        case end
        /// The terminal is gone.
        case hangUp
    }

    private enum Escape: Sendable, Equatable {
        case none
        case begun
        /// A control sequence with these parameters so far.
        case sequence([UInt8])
        /// The octet after `ESC O`.
        case key
    }

    private var octets: [UInt8] = []
    private var escape = Escape.none
    private var isPasting = false

    /// What a terminal is told before and after, so that it brackets pastes (`\e[200~` and `\e[201~`).
    package static let bracketsOn = "\u{1b}[?2004h"
    package static let bracketsOff = "\u{1b}[?2004l"

    package init() {}

    /// The line so far.
    package var text: String { String(decoding: octets, as: UTF8.self) }

    /// Whether a line break at the end of what came would be the end of the line: more of the same paste may follow.
    package static func mayGoOn(_ piece: [UInt8]) -> Bool { piece.last.map(isLineBreak) ?? false }

    /// Takes what the terminal has sent at once.
    package mutating func take(_ piece: [UInt8]) -> [Event] {
        var events: [Event] = []
        for (index, octet) in piece.enumerated() {
            if let event = take(octet, isLast: index == piece.count - 1) { events.append(event) }
        }
        return events
    }

    private mutating func take(_ octet: UInt8, isLast: Bool) -> Event? {
        switch escape {
        case .none: break
        case .begun:
            escape = octet == UInt8(ascii: "[") ? .sequence([]) : octet == UInt8(ascii: "O") ? .key : .none
            return nil
        case .key:
            escape = .none
            return nil
        case .sequence(let parameters):
            escape = (0x40...0x7e).contains(octet) ? .none : .sequence(parameters + [octet])
            if octet == UInt8(ascii: "~") { isPasting = parameters == Array("200".utf8) }
            return nil
        }
        if octet == 0x1b {
            escape = .begun
        } else if Self.isLineBreak(octet) {
            guard isLast, !isPasting else {
                octets.append(UInt8(ascii: "\n"))
                return nil
            }
            defer { octets = [] }
            return .line(text)
        } else if isPasting || octet >= 0x20 && octet != 0x7f {
            octets.append(octet)
        } else {
            return edit(octet)
        }
        return nil
    }

    private mutating func edit(_ octet: UInt8) -> Event? {
        switch octet {
        case 0x04: return octets.isEmpty ? .end : nil
        case 0x08, 0x7f: octets = Array(text.dropLast().utf8)
        case 0x15: octets = []
        case 0x17:
            let words = text.reversed().drop { $0 == " " }.drop { $0 != " " }
            octets = Array(String(words.reversed()).utf8)
        default: break
        }
        return nil
    }

    private static func isLineBreak(_ octet: UInt8) -> Bool { octet == 0x0a || octet == 0x0d }
}

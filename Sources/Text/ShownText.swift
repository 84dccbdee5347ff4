/// How text of unknown origin is shown.
extension StringProtocol {
    /// Whether it is free of control characters.
    package var isPrintable: Bool { unicodeScalars.allSatisfy { $0.properties.generalCategory != .control } }

    /// As a message shows a name that may be anything: printable and of bounded length.
    package var shown: String { String(String.UnicodeScalarView(unicodeScalars.filter(\.isShowable).prefix(64))) }

    package var quoted: String { "\"\(shown)\"" }

    /// Fit for one line of a terminal or a log: what could steer one becomes a space.
    package var plain: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.isShowable ? $0 : " " }))
    }
}

extension Unicode.Scalar {
    /// Neither a control character nor one that changes how its neighbours look.
    package var isShowable: Bool {
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}

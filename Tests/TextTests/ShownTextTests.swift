import Testing

@testable import Text

struct ShownTextTests {
    @Test func `text is printable unless it has a control character`() {
        for value in UInt32(0)...0x2fff {
            guard let scalar = Unicode.Scalar(value) else { continue }
            #expect("a\(scalar)b".isPrintable == (scalar.properties.generalCategory != .control), "\(value)")
        }
    }
}

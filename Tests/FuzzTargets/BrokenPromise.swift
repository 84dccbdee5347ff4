/// The promise that a parser has broken.
package struct BrokenPromise: Error, CustomStringConvertible {
    package let description: String
}

/// Stands in for secrets. No text that is shown may contain it.
let canary = "hunter2canary"

func hold(_ isKept: Bool, _ promise: String) throws(BrokenPromise) {
    guard isKept else { throw BrokenPromise(description: "broken: \(promise)") }
}

func holdPrintable(_ text: String) throws(BrokenPromise) {
    try hold(
        text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control },
        "what is shown has no control characters")
}

/// Checks that the text that is shown doesn't contain the canary, if the changed sample still has it in the secret's
/// place and nowhere else.
func holdSecret(in input: String, at place: String, shown: @autoclosure () -> String) throws(BrokenPromise) {
    guard input.contains(place), input.split(separator: canary, omittingEmptySubsequences: false).count == 2 else {
        return
    }
    try hold(!shown().contains(canary), "what is shown has no secret")
}

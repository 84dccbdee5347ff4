/// What a parser was found to do.
package struct BrokenPromise: Error, CustomStringConvertible {
    package let description: String
}

/// Stands where secrets stand. Nothing that is printed may hold it.
let canary = "hunter2canary"

func hold(_ isKept: Bool, _ promise: String) throws(BrokenPromise) {
    guard isKept else { throw BrokenPromise(description: "broken: \(promise)") }
}

func holdPrintable(_ text: String) throws(BrokenPromise) {
    try hold(
        text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control },
        "what is shown has no control characters")
}

/// Where a changed sample still has the canary in its place, and nowhere else, what is shown doesn't have it.
func holdSecret(in input: String, at place: String, shown: @autoclosure () -> String) throws(BrokenPromise) {
    guard input.contains(place), input.split(separator: canary, omittingEmptySubsequences: false).count == 2 else {
        return
    }
    try hold(!shown().contains(canary), "what is shown has no secret")
}

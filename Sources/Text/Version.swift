/// The version that all programs report.
package enum Version {
    package static let current = "0.1.0"
}

import MicrosoftAdvertisingProgram

/// A program that a vendor contributes.
package struct VendorProgram: Sendable {
    /// The name under which the daemon's program runs it.
    package var name: String
    /// The command as its parser describes it, in JSON.
    package var description: @Sendable () -> String
    /// Returns the program's exit status.
    package var main: @MainActor @Sendable () async -> Int32
}

/// The programs of all vendors.
package let vendorPrograms = [
    VendorProgram(name: AdsProgram.name) {
        AdsProgram.description
    } main: {
        await AdsProgram.main()
    }
]

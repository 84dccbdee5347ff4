extension KeyReport: ContractType {
    package static let schema = ObjectSchema(
        "Key", "The key of the stored grants.",
        [
            .always("kind", .string, "file, credential, passphrase or secret-service."),
            .always(
                "state", .words(KeyState.allCases.map(\.rawValue)), "unset: no passphrase was set yet."),
            .maybe("detail", .string, "Why it isn't open."),
            .maybe("hint", .string, "What to do next."),
            .maybe("resealed", .integer, "After a rotation: how many files were sealed anew."),
        ])
}

extension UnlockRequest: RequestBody {
    package static let schema = ObjectSchema(
        "Unlock", "What opens the key.",
        [
            .maybe("passphrase", .string, "Where the key is sealed with one."),
            .maybe("is_new", .boolean, "Whether this sets the first passphrase."),
        ])
}

extension RotationRequest: RequestBody {
    package static let schema = ObjectSchema(
        "Rotation", "A change to a new key.",
        [
            .maybe("passphrase", .string, "The one that the key is sealed with."),
            .maybe("new_passphrase", .string, "The one from now on; without it the same."),
        ])
}

extension ProofRequest: RequestBody {
    package static let schema = ObjectSchema(
        "ProofRequest", "The request for which a proof is wanted (RFC 9449).",
        [
            .always("method", .string, "In capitals."),
            .always("url", .string),
            .maybe("nonce", .string, "What the resource server gave in its last DPoP-Nonce."),
        ])
}

extension ProofAnswer: ContractType {
    package static let schema = ObjectSchema(
        "Proof", "A proof for one request.",
        [
            .always("account", .string),
            .always("proof", .string, "The value of the header DPoP."),
            .always("is_bound", .boolean, "Whether the proof is bound to the access token that the account has now."),
        ])
}

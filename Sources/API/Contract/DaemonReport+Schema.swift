extension HealthReport: ContractType {
    package static let schema = ObjectSchema(
        "Health", "The health of the daemon.",
        [
            .always("status", .string, "ok once the grants are restored."),
            .always("version", .string),
            .always("accounts", .integer),
            .always("unsaved", .integer, "Accounts whose grant is not on disk."),
            .always("uptime", .integer, "Seconds since the daemon started."),
            .maybe(
                "sandboxed_callers", .words(SandboxedCallers.allCases.map(\.rawValue)),
                "What becomes of callers in another user namespace; not_told_apart: this kernel is older than 6.5."),
            .maybe("pid", .integer, "The daemon's process."),
        ])
}

extension ReloadReport: ContractType {
    package static let schema = ObjectSchema(
        "Reload", "What a reload has changed, with accounts by name.",
        [
            .always("added", .list(.string)),
            .always("removed", .list(.string)),
            .always("changed", .list(.string)),
            .always("unchanged", .list(.string)),
            .maybe("settings", .list(.string), "The keys of [daemon] whose values have changed."),
            .maybe("notes", .list(.string), "What couldn't be taken up, and what to do about it."),
        ])
}

extension Problem: ContractType {
    package static let schema = ObjectSchema(
        "Problem", "An error (RFC 9457).",
        [
            .always("status", .integer, "The HTTP status."),
            .always("title", .string),
            .always("code", .string, "A stable word to decide by."),
            .always("detail", .string),
            .maybe("hint", .string, "What to do next."),
            .maybe("near", .list(.string), "Existing names that resemble the requested one."),
            .maybe("retry_after", .integer, "Seconds after which another try makes sense."),
        ])
}

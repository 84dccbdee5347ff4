import FoundationEssentials

/// The date of a page, as mdoc(7) writes it.
enum PageDate {
    static func text(_ date: Date) -> String {
        let parts = date.formatted(.iso8601.year().month().day()).split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3, months.indices.contains(parts[1] - 1) else { return "January 1, 1970" }
        return "\(months[parts[1] - 1]) \(parts[2]), \(parts[0])"
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
}

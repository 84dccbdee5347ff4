package import Register

/// The rules that every register must keep, whatever engine it is.
package enum RegisterContract: String, Sendable, CaseIterable {
    case aNameHasNoValueBeforeAWrite
    case whatIsReadIsWhatWasWritten
    case aWriteOverTheExpectedRevisionTakesItsPlace
    case aWriteOverAnotherRevisionWritesNothing
    case aWriteOverNothingWritesNothingWhereSomethingIs
    case aWriteOverSomethingWritesNothingWhereNothingIs
    case aRepeatedWriteIsWrittenOnce
    case anEraseRemovesTheExpectedRevision
    case anEraseOfAnotherRevisionRemovesNothing
    case revisionsGrow
    case oneOfSeveralWritesAtOnceIsTaken
    case anotherHostReadsWhatWasWritten
    case aListHasWhatIsBelowItsName
    case eachAnswerTellsTheEnginesTime
    case changesBeginWithWhatIsThere
    case changesOfAllHostsArriveInOrder

    /// Throws a `BrokenRegister` where the register breaks this rule. `one` and `other` are the links of two hosts to
    /// it; nothing is below `root`.
    package func check(_ one: any SharedRegister, _ other: any SharedRegister, under root: RegisterName) async throws {
        let mail = RegisterName("\(root)/mail")
        switch self {
        case .aNameHasNoValueBeforeAWrite:
            try expect(try await one.read(mail).content == .absent, "something is there")
            try expect(try await one.list(under: root).contents.isEmpty, "something is listed")
        case .whatIsReadIsWhatWasWritten:
            for (number, value) in Self.values.enumerated() {
                let name = RegisterName("\(root)/a \(number)é")
                let revision = try await written(one.write(value, to: name, ifRevision: .absent))
                let content = try await one.read(name).content
                try expect(content == RegisterContent(value, revision: revision), "value \(number) differs")
            }
        case .aWriteOverTheExpectedRevisionTakesItsPlace:
            let first = try await written(one.write([1], to: mail, ifRevision: .absent))
            let second = try await written(one.write([2], to: mail, ifRevision: first))
            try expect(try await one.read(mail).content == RegisterContent([2], revision: second), "it isn't there")
        case .aWriteOverAnotherRevisionWritesNothing:
            let first = try await written(one.write([1], to: mail, ifRevision: .absent))
            let second = RegisterContent([2], revision: try await written(one.write([2], to: mail, ifRevision: first)))
            try expect(try await changed(one.write([3], to: mail, ifRevision: first)) == second, "another one is told")
            try expect(try await one.read(mail).content == second, "something was written")
        case .aWriteOverNothingWritesNothingWhereSomethingIs:
            let first = RegisterContent([1], revision: try await written(one.write([1], to: mail, ifRevision: .absent)))
            try expect(try await changed(one.write([2], to: mail, ifRevision: .absent)) == first, "another one is told")
            try expect(try await one.read(mail).content == first, "something was written")
        case .aWriteOverSomethingWritesNothingWhereNothingIs:
            let elsewhere = try await written(one.write([1], to: mail, ifRevision: .absent))
            let name = RegisterName("\(root)/other")
            try expect(try await changed(one.write([2], to: name, ifRevision: elsewhere)) == .absent, "one is told")
            try expect(try await one.read(name).content == .absent, "something was written")
        case .aRepeatedWriteIsWrittenOnce:
            let first = try await written(one.write([1], to: mail, ifRevision: .absent))
            let second = try await written(one.write([1], to: mail, ifRevision: .absent))
            try expect(first == second, "it was written twice")
            try expect(try await one.read(mail).content.revision == first, "it was written twice")
        case .anEraseRemovesTheExpectedRevision:
            let revision = try await written(one.write([1], to: mail, ifRevision: .absent))
            _ = try await written(one.write([1], to: RegisterName("\(mail)2"), ifRevision: .absent))
            try await one.erase(mail, ifRevision: revision)
            try expect(try await other.read(mail).content == .absent, "it is still there")
            try expect(try await other.list(under: root).contents.count == 1, "another one is gone")
            try await one.erase(mail, ifRevision: revision)
        case .anEraseOfAnotherRevisionRemovesNothing:
            let first = try await written(one.write([1], to: mail, ifRevision: .absent))
            let second = try await written(one.write([2], to: mail, ifRevision: first))
            for revision in [first, .absent] { try await one.erase(mail, ifRevision: revision) }
            try expect(try await one.read(mail).content.revision == second, "it is gone")
        case .revisionsGrow:
            var revisions = [RegisterRevision.absent]
            for number in 1...5 {
                let host = number.isMultiple(of: 2) ? one : other
                let last = revisions[revisions.count - 1]
                revisions.append(try await written(host.write([UInt8(number)], to: mail, ifRevision: last)))
            }
            try expect(zip(revisions, revisions.dropFirst()).allSatisfy { $0 < $1 }, "they don't")
        case .oneOfSeveralWritesAtOnceIsTaken: try await checkRace(one, other, mail)
        case .anotherHostReadsWhatWasWritten:
            var last = RegisterRevision.absent
            for number in 1...20 as ClosedRange<UInt8> {
                last = try await written(one.write([number], to: mail, ifRevision: last))
                try expect(
                    try await other.read(mail).content == RegisterContent([number], revision: last), "it doesn't")
                let listed = try await other.list(under: root).contents
                try expect(listed == [mail: RegisterContent([number], revision: last)], "it isn't listed")
            }
        case .aListHasWhatIsBelowItsName:
            let names = ["/b", "/b/c", "0", "", "-/x", "/~"].map { RegisterName("\(root)/a\($0)") }
            for name in names { _ = try await written(one.write([1], to: name, ifRevision: .absent)) }
            let listed = try await one.list(under: RegisterName("\(root)/a")).contents.keys.map(\.text).sorted()
            try expect(listed == ["/b", "/b/c", "/~"].map { "\(root)/a\($0)" }.sorted(), "it is \(listed)")
        case .eachAnswerTellsTheEnginesTime: try await checkTime(one, mail)
        case .changesBeginWithWhatIsThere:
            let revision = try await written(one.write([1], to: mail, ifRevision: .absent))
            let first = await other.changes(under: root).first { _ in true }
            guard case .resynced(let listing) = first else { throw broken("they begin with something else") }
            try expect(listing.contents == [mail: RegisterContent([1], revision: revision)], "something else is there")
        case .changesOfAllHostsArriveInOrder: try await checkChanges(one, other, root)
        }
    }

    private static let values: [[UInt8]] = [
        [], [0], Array(0...255), Array("valetkey\n".utf8), Array(repeating: 7, count: 300_000),
    ]

    private func checkRace(
        _ one: any SharedRegister, _ other: any SharedRegister, _ name: RegisterName
    ) async throws {
        let first = try await written(one.write([0], to: name, ifRevision: .absent))
        let outcomes = try await withThrowingTaskGroup { group in
            for number in 1...8 as ClosedRange<UInt8> {
                let host = number.isMultiple(of: 2) ? one : other
                group.addTask { (number, try await host.write([number], to: name, ifRevision: first)) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let taken = outcomes.compactMap { number, outcome in
            if case .written(let revision, _) = outcome { RegisterContent([number], revision: revision) } else { nil }
        }
        try expect(taken.count == 1, "\(taken.count) were taken")
        try expect(try await one.read(name).content == taken.first, "another one is there")
    }

    private func checkTime(_ register: any SharedRegister, _ name: RegisterName) async throws {
        var times = [try await register.read(name).time]
        guard case .written(_, let time) = try await register.write([1], to: name, ifRevision: .absent) else {
            throw broken("nothing was written")
        }
        times.append(time)
        guard case .changed(let reading) = try await register.write([2], to: name, ifRevision: .absent) else {
            throw broken("something was written")
        }
        times += [reading.time, try await register.list(under: name).time]
        var clock = EngineClock()
        for time in times {
            try expect(time.sent <= time.received, "an answer came before its question")
            clock.note(time)
            guard let least = clock.earliest(at: time.received), let most = clock.latest(at: time.received) else {
                throw broken("it is unknown")
            }
            // A second, and what an answer takes.
            try expect(least <= most && most - least < .seconds(4), "it is from \(least) to \(most)")
        }
        try expect(zip(times, times.dropFirst()).allSatisfy { $0.seconds <= $1.seconds }, "it goes back")
    }

    private func checkChanges(_ one: any SharedRegister, _ other: any SharedRegister, _ root: RegisterName)
        async throws
    {
        let (mail, outside) = (RegisterName("\(root)/a/mail"), RegisterName("\(root)/ab/mail"))
        var changes = other.changes(under: RegisterName("\(root)/a")).makeAsyncIterator()
        guard case .resynced(let listing) = await changes.next(), listing.contents.isEmpty else {
            throw broken("they don't begin with nothing")
        }
        var last = RegisterRevision.absent
        for number in 1...10 as ClosedRange<UInt8> {
            let host = number.isMultiple(of: 2) ? one : other
            if number == 5 { _ = try await written(one.write([1], to: outside, ifRevision: .absent)) }
            last = try await written(host.write([number], to: mail, ifRevision: last))
            let change = await changes.next()
            let told = change == .value(mail, RegisterContent([number], revision: last))
            try expect(told, "change \(number) is \(String(describing: change))")
        }
    }

    private func written(_ outcome: RegisterWrite) throws(BrokenRegister) -> RegisterRevision {
        guard case .written(let revision, _) = outcome else { throw broken("nothing was written") }
        return revision
    }

    private func changed(_ outcome: RegisterWrite) throws(BrokenRegister) -> RegisterContent {
        guard case .changed(let reading) = outcome else { throw broken("something was written") }
        return reading.content
    }

    private func expect(_ holds: Bool, _ otherwise: String) throws(BrokenRegister) {
        if !holds { throw broken(otherwise) }
    }

    private func broken(_ finding: String) -> BrokenRegister { BrokenRegister(rule: self, finding: finding) }
}

/// The error of a register that breaks a rule.
package struct BrokenRegister: Error, CustomStringConvertible {
    package var rule: RegisterContract
    package var finding: String

    package var description: String { "\(rule): \(finding)" }
}

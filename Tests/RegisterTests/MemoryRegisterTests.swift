import Register
import TestRegister
import Testing

@Suite(.timeLimit(.minutes(1))) struct MemoryRegisterTests {
    private let name = RegisterName("a/b")

    private func failure(_ work: () async throws -> Void) async -> RegisterFailure.Kind? {
        await #expect(throws: RegisterFailure.self) { try await work() }?.kind
    }

    @Test func `Without a link nothing is read or written`() async {
        let register = MemoryRegister()
        register.set(.down)
        let kind = RegisterFailure.Kind.unreachable(mayBeApplied: false)
        #expect(await failure { _ = try await register.write([1], to: name, ifRevision: .absent) } == kind)
        #expect(await failure { _ = try await register.read(name) } == kind)
        #expect(await failure { _ = try await register.list(under: RegisterName("a")) } == kind)
        #expect(register.model.revision == .absent)
    }

    @Test func `A write whose answer is lost is performed`() async throws {
        let register = MemoryRegister()
        register.set(.losesReplies)
        let kind = await failure { _ = try await register.write([1], to: name, ifRevision: .absent) }
        #expect(kind == .unreachable(mayBeApplied: true))
        #expect(await failure { _ = try await register.read(name) } == .unreachable(mayBeApplied: false))
        register.set(.up)
        #expect(try await register.read(name).content.value == [1])
    }

    @Test(arguments: [MemoryRegister.Link.denied, .full]) func `A refused write isn't performed`(
        link: MemoryRegister.Link
    ) async {
        let register = MemoryRegister()
        register.set(link)
        let kind = await failure { _ = try await register.write([1], to: name, ifRevision: .absent) }
        #expect(kind == (link == .full ? .full : .denied))
        #expect(register.model.revision == .absent)
    }

    @Test func `A full register can be read, one that denies can't`() async throws {
        let register = MemoryRegister()
        register.set(.full)
        #expect(try await register.read(name).content == .absent)
        register.set(.denied)
        #expect(await failure { _ = try await register.read(name) } == .denied)
    }

    @Test func `A host without a link is told so, and everything once it has one`() async {
        let register = MemoryRegister()
        let other = MemoryRegister(sharing: register)
        var changes = other.changes(under: RegisterName("a")).makeAsyncIterator()
        #expect(await changes.next()?.contents == [:])
        other.set(.down)
        guard case .lost(let failure) = await changes.next() else {
            Issue.record("the loss isn't reported")
            return
        }
        #expect(!failure.mayBeApplied)
        _ = try? await register.write([1], to: name, ifRevision: .absent)
        other.set(.up)
        #expect(await changes.next()?.contents == [name: RegisterContent([1], revision: RegisterRevision(1))])
    }
}

extension RegisterChange {
    fileprivate var contents: [RegisterName: RegisterContent]? {
        guard case .resynced(let listing) = self else { return nil }
        return listing.contents
    }
}

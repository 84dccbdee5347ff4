import Register
import TestRegister
import Testing

@Suite struct ModelRegisterTests {
    private let one = RegisterName("a/b")
    private let other = RegisterName("a/c")
    private let outside = RegisterName("ab/c")

    @Test func `A write needs the current revision`() {
        var register = ModelRegister()
        #expect(register.write([1], to: one, ifRevision: .absent) == .written(RegisterRevision(1)))
        #expect(
            register.write([2], to: one, ifRevision: .absent)
                == .changed(RegisterContent([1], revision: RegisterRevision(1))))
        #expect(register.write([2], to: one, ifRevision: RegisterRevision(1)) == .written(RegisterRevision(2)))
        #expect(register.read(one) == RegisterContent([2], revision: RegisterRevision(2)))
        #expect(register.write([3], to: other, ifRevision: RegisterRevision(2)) == .changed(.absent))
        #expect(register.read(other) == .absent)
    }

    @Test func `A write that is repeated is written, once`() {
        var register = ModelRegister()
        for _ in 1...2 {
            #expect(register.write([1], to: one, ifRevision: .absent) == .written(RegisterRevision(1)))
        }
        #expect(register.revision == RegisterRevision(1))
    }

    @Test func `Only names below a name are listed and followed`() {
        var register = ModelRegister()
        _ = register.write([1], to: one, ifRevision: .absent)
        _ = register.write([2], to: outside, ifRevision: .absent)
        _ = register.write([3], to: other, ifRevision: .absent)
        #expect(Set(register.list(under: RegisterName("a")).keys) == [one, other])
        #expect(register.changes(under: RegisterName("a"), after: RegisterRevision(1))?.map(\.name) == [other])
        #expect(register.list(under: one).isEmpty)
    }

    @Test func `An erased name has no value, and the erasure is a change`() {
        var register = ModelRegister()
        register.erase(one)
        #expect(register.revision == .absent)
        _ = register.write([1], to: one, ifRevision: .absent)
        register.erase(one)
        #expect(register.read(one) == .absent)
        let changes = register.changes(under: RegisterName("a"), after: .absent)
        #expect(changes?.map(\.content) == [RegisterContent([1], revision: RegisterRevision(1)), .absent])
        #expect(register.write([2], to: one, ifRevision: .absent) == .written(RegisterRevision(3)))
    }

    @Test func `Compacted changes can't be followed, and values stay`() {
        var register = ModelRegister()
        _ = register.write([1], to: one, ifRevision: .absent)
        register.compact()
        _ = register.write([2], to: other, ifRevision: .absent)
        #expect(register.changes(under: RegisterName("a"), after: .absent) == nil)
        #expect(register.changes(under: RegisterName("a"), after: RegisterRevision(1))?.count == 1)
        #expect(register.read(one).value == [1])
    }

    @Test func `A register that is set back or wiped has what it had then`() {
        var register = ModelRegister()
        _ = register.write([1], to: one, ifRevision: .absent)
        let earlier = register
        _ = register.write([2], to: one, ifRevision: RegisterRevision(1))
        register.setBack(to: earlier)
        #expect(register.read(one).value == [1])
        #expect(register.changes(under: RegisterName("a"), after: RegisterRevision(2)) == nil)
        register.wipe()
        #expect(register.read(one) == .absent)
        #expect(register.revision == .absent)
    }
}

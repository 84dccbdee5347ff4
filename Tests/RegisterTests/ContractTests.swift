import Register
import TestRegister
import Testing

@Suite(.timeLimit(.minutes(1))) struct ContractTests {
    @Test(arguments: RegisterContract.allCases)
    func `the register in memory keeps the rules of every register`(rule: RegisterContract) async throws {
        let one = MemoryRegister()
        try await rule.check(one, MemoryRegister(sharing: one), under: RegisterName("valetkey"))
    }
}

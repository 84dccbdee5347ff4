import Accounts
import Testing
import Text

// CALLBACK-1
struct StateComparisonTests {
    @Test func `a part of state isn't equal to state, and neither is a text that contains it`() throws {
        let request = try AuthorizationRequest.example(exampleSettings())
        let state = request.state.expose()
        func check(_ text: some StringProtocol) -> AuthorizationResponse {
            request.check([FormField("state", String(text)), FormField("code", "c")])
        }
        #expect(state.utf8.count == 43)
        #expect(check(state) == .code(Secret("c")))
        for length in 0..<state.count {
            #expect(check(state.prefix(length)) == .foreign, "the first \(length) characters")
            #expect(check(state.suffix(length)) == .foreign, "the last \(length) characters")
        }
        for other in [state + "A", state + "\0", state + " ", "A" + state, state + state, state.lowercased() + "A"] {
            #expect(check(other) == .foreign)
        }
    }

    @Test func `one wrong character at any place makes state differ`() throws {
        let request = try AuthorizationRequest.example(exampleSettings())
        let state = Array(request.state.expose())
        for place in state.indices {
            var other = state
            other[place] = other[place] == "A" ? "B" : "A"
            #expect(request.check([FormField("state", String(other)), FormField("code", "c")]) == .foreign)
        }
    }
}

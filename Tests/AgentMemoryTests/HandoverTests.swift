import AgentMemory
import Testing

/// A task gets what a thread answers, whichever of the two comes first.
@Suite struct HandoverTests {
    private struct Failure: Error {}

    @Test func `an answer before anyone waits`() async throws {
        let answer = Handover<Int>()
        answer.give(.success(1))
        #expect(answer.look(for: .zero))
        #expect(try await answer.value() == 1)
    }

    @Test func `an answer while somebody waits`() async throws {
        let answer = Handover<Int>()
        #expect(!answer.look(for: .microseconds(1)))
        async let value = answer.value()
        try await Task.sleep(for: .milliseconds(20))
        answer.give(.success(2))
        #expect(try await value == 2)
    }

    @Test func `an error`() async throws {
        let answer = Handover<Int>()
        answer.give(.failure(Failure()))
        await #expect(throws: Failure.self) { try await answer.value() }
    }

    @Test func `both at once, many times`() async throws {
        for number in 0..<2000 {
            let answer = Handover<Int>()
            let giving = Task.detached { answer.give(.success(number)) }
            #expect(try await answer.value() == number)
            await giving.value
        }
    }
}

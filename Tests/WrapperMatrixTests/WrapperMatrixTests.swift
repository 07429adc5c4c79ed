#if SQLite && Redis && PostgreSQL && Encryption
    import AgentMemory
    import AmberlogTestKit
    import Testing

    /// Wrappers do what every backend must, whatever they stand on, and one on the other.
    @Suite(.serialized) struct WrapperMatrixTests {
        /// What takes seconds, and depends on the wrappers alone: every base takes as much as the limits say.
        private static let long: Set = [
            "The largest message there is", "Messages over a limit are refused and change nothing",
            "A message of a mebibyte", "Metadata of a mebibyte", "One save takes thousands of messages",
        ]

        @Test func `the checks that take long are some that there are`() {
            #expect(Self.long.isSubset(of: ConformanceCheck.all.map(\.name)))
        }

        @Test(arguments: WrapperStack.all)
        func conforms(_ stack: WrapperStack) async throws {
            let directory = try TemporaryDirectory()
            let checks = stack.conformance(in: directory).checks.filter {
                stack.takesLong || !Self.long.contains($0.name)
            }
            #expect(checks.count > 80)
            // Each with a clock of its own, a few at once.
            await withTaskGroup(of: Void.self) { group in
                for (number, check) in checks.enumerated() {
                    if number >= 4 { await group.next() }
                    group.addTask {
                        do throws(ConformanceFailure) {
                            try await stack.conformance(in: directory).run(check)
                        } catch {
                            Issue.record("\(stack.testDescription): \(error)")
                        }
                    }
                }
            }
        }
    }
#endif

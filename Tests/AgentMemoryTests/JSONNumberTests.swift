import AgentMemory
import Testing

@Suite struct JSONNumberTests {
    @Test(arguments: [
        ("0", JSONValue.integer(0)), ("-0", .integer(0)), ("1", .integer(1)), ("1.0", .double(1)), ("1e0", .double(1)),
        ("-1.5", .double(-1.5)), ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", .double(9_223_372_036_854_775_808)),
        ("-9223372036854775809", .double(-9_223_372_036_854_775_808)),
        ("18446744073709551616", .double(18_446_744_073_709_551_616)), ("1e308", .double(1e308)),
        ("1E+2", .double(100)), ("1e-2", .double(0.01)), ("0.1", .double(0.1)),
        ("5e-324", .double(.leastNonzeroMagnitude)),
        ("1e-999", .double(0)), ("0e999999999999", .double(0)),
        ("123456789012345678901234567890", .double(1.2345678901234568e29)),
        ("0.30000000000000004", .double(0.30000000000000004)),
        ("2.2250738585072014e-308", .double(2.2250738585072014e-308)),
        ("1769857200.123456", .double(1_769_857_200.123456)), ("9007199254740993.0", .double(9_007_199_254_740_992)),
    ])
    func parses(_ text: String, _ expected: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == expected)
    }

    @Test func negativeZeroAsADoubleKeepsItsSign() throws {
        #expect(try JSONValue(parsing: "-0.0").doubleValue?.sign == .minus)
        #expect(JSONValue.double(-0.0).description == "-0.0")
    }

    @Test(arguments: [
        (1.0, "1.0"), (0.1, "0.1"), (1e16, "1e+16"), (-2.5e-7, "-2.5e-07"), (.leastNonzeroMagnitude, "5e-324"),
    ])
    func doublesAreWrittenShortest(_ value: Double, _ text: String) {
        #expect(JSONValue.double(value).description == text)
    }

    @Test func doublesAgreeWithTheStandardLibrary() throws {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<20_000 {
            let digits = Int64.random(in: 0...99_999_999_999_999_999, using: &random)
            let text =
                "\(digits).\(Int.random(in: 0...999_999, using: &random))e\(Int.random(in: -40...40, using: &random))"
            #expect(try JSONValue(parsing: text).doubleValue == Double(text), "seed 7: \(text)")
            let short = "\(digits % 100_000).\(digits % 997)"
            #expect(try JSONValue(parsing: short).doubleValue == Double(short), "seed 7: \(short)")
        }
    }
}

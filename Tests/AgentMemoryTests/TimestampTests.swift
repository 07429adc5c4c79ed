import AgentMemory
import Foundation
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000Z"),
        ("2026-01-31T12:00:00.5+01:00", "2026-01-31T11:00:00.500000Z"),
        ("2026-01-31 11:00:00", "2026-01-31T11:00:00.000000Z"), ("2026-01-31t11:00:00z", "2026-01-31T11:00:00.000000Z"),
        ("2026-01-31T11:00", "2026-01-31T11:00:00.000000Z"), ("2026-01-31", "2026-01-31T00:00:00.000000Z"),
        ("2026-01-31T11:00:00.123456789Z", "2026-01-31T11:00:00.123456Z"),
        ("2026-01-31T11:00:00,1Z", "2026-01-31T11:00:00.100000Z"),
        ("2026-01-31T11:00:00-0530", "2026-01-31T16:30:00.000000Z"),
        ("2026-01-31T11:00:00+05", "2026-01-31T06:00:00.000000Z"),
        ("2024-02-29T23:59:60Z", "2024-03-01T00:00:00.000000Z"), ("2000-02-29", "2000-02-29T00:00:00.000000Z"),
        ("1769857200", "2026-01-31T11:00:00.000000Z"), ("1769857200.5", "2026-01-31T11:00:00.500000Z"),
        ("-1", "1969-12-31T23:59:59.000000Z"), ("-0.000001", "1969-12-31T23:59:59.999999Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
        ("1600-02-29T00:00:00Z", "1600-02-29T00:00:00.000000Z"), ("1769857200.123456", "2026-01-31T11:00:00.123456Z"),
    ])
    func reads(_ text: String, _ expected: String) throws {
        #expect(try Timestamp(parsing: text).description == expected)
        #expect(Timestamp(expected)?.description == expected)
    }

    @Test(
        arguments: [
            "", " ", "now", "2026-1-31", "2026-13-01", "2026-00-10", "2026-02-30", "2025-02-29", "1900-02-29",
            "2026-01-32",
            "2026-01-00", "2026-01-31T", "2026-01-31T24:00:00Z", "2026-01-31T11", "2026-01-31T11:60:00Z",
            "2026-01-31T11:00:61Z",
            "2026-01-31T11:00:00.Z", "2026-01-31T11:00:00.1234567890Z", "2026-01-31T11:00:00+", "2026-01-31T11:00:00+1",
            "2026-01-31T11:00:00+25:00", "2026-01-31T11:00:00+01:60", "2026-01-31T11:00:00+01:",
            "2026-01-31T11:00:00ZZ",
            "2026-01-31T11:00:00 Z", " 2026-01-31", "2026-01-31 ", "0000-01-01", "0001-01-01T00:00:00+01:00",
            "9999-12-31T23:59:59-01:00", "1e300", "-1e300", "253402300800", "-62135596801", "20260131T110000Z",
            "१२३४-०१-०१", "nan",
            "2026-01-31T11:00:00é", "2026-01-3",
        ])
    func refuses(_ text: String) {
        #expect(Timestamp(text) == nil)
        let error = #expect(throws: MemoryError.self) { try Timestamp(parsing: text) }
        #expect(error?.code == .invalidMessage)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300, -1e300, .greatestFiniteMagnitude, 253_402_300_800])
    func refusesSecondsThatAreNoDate(_ seconds: Double) {
        #expect(Timestamp(secondsSince1970: seconds) == nil)
    }

    @Test func agreesWithFoundation() throws {
        var random = SeededGenerator(seed: 11)
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: false)
        for _ in 0..<2000 {
            let seconds = Int64.random(in: -12_000_000_000...253_402_300_799, using: &random)
            let ours = Timestamp(microseconds: seconds * 1_000_000)
            let theirs = Date(timeIntervalSince1970: Double(seconds))
            #expect(ours.description.prefix(19) == style.format(theirs).prefix(19), "seed 11: \(seconds)")
            #expect(Timestamp(ours.description) == ours)
            #expect(Timestamp(secondsSince1970: theirs.timeIntervalSince1970) == ours)
        }
    }

    @Test func everyDayOfFourCenturiesComesBack() {
        for day in stride(from: -150_000, through: 150_000, by: 1) {
            let time = Timestamp(microseconds: Int64(day) * 86_400_000_000 + 86_399_999_999)
            guard Timestamp(time.description) == time else {
                Issue.record("\(time)")
                return
            }
        }
    }

    @Test func everyValueHasADescription() {
        #expect(Timestamp(microseconds: .max).description == "+294247-01-10T04:00:54.775807Z")
        #expect(Timestamp(microseconds: .min).description == "-290308-12-21T19:59:05.224192Z")
    }

    @Test func durationsSaturate() {
        let time = Timestamp("2026-01-31")!
        #expect(time + .seconds(90) == Timestamp("2026-01-31T00:01:30Z"))
        #expect(time - .milliseconds(1500) == Timestamp("2026-01-30T23:59:58.5Z"))
        #expect(time + .seconds(Int64.max) == Timestamp(microseconds: .max))
        #expect(time + .seconds(Int64.min) == Timestamp(microseconds: .min))
        #expect(time - .seconds(Int64.max) == Timestamp(microseconds: .min))
        #expect(Timestamp(microseconds: .max) + .microseconds(1) == Timestamp(microseconds: .max))
    }

    @Test func codesAsText() throws {
        let time = Timestamp("2026-01-31T11:00:00.5Z")!
        #expect(
            String(decoding: try JSONEncoder().encode([time]), as: UTF8.self) == #"["2026-01-31T11:00:00.500000Z"]"#)
        let read = try JSONDecoder().decode(
            [Timestamp].self, from: Data(#"["2026-01-31T12:00:00.5+01:00",1769857200.5,1769857200]"#.utf8))
        #expect(read == [time, time, Timestamp("2026-01-31T11:00:00Z")!])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([Timestamp].self, from: Data("[1e300]".utf8)) }
    }
}

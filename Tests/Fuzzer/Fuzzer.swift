import CLibFuzzer
import Foundation
import FuzzTargets

/// Runs a target under libFuzzer: `AMBERLOG_FUZZ_TARGET=json fuzzer -max_total_time=60 corpus`.
///
/// libFuzzer starts the same program with other arguments when it merges or forks, hence the environment.
@main
struct Fuzzer {
    private static let target = FuzzTarget.all.first {
        $0.name == ProcessInfo.processInfo.environment["AMBERLOG_FUZZ_TARGET"]
    }

    static func main() {
        if target == nil {
            // What there is to choose from.
            for target in FuzzTarget.all { print(target.name) }
            return
        }
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
            do {
                try Fuzzer.target?.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
            } catch {
                fatalError("\(error)")
            }
            return 0
        }
    }
}

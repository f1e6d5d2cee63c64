import FuzzTargets
import Glibc

/// What libFuzzer calls: its runtime brings the program's `main`. scripts/fuzz.sh builds and runs it.
///
/// `SKEIN_FUZZ_TARGET` names the target; without it the names of all targets are printed. With `SKEIN_FUZZ_SEEDS` the
/// target's seeds are written into that directory, and nothing is run.
enum FuzzProgram {
    static let target: FuzzTarget = {
        guard let name = getenv("SKEIN_FUZZ_TARGET").map({ String(cString: $0) }) else {
            for target in FuzzTarget.all { print(target.name) }
            exit(0)
        }
        guard let target = FuzzTarget.all.first(where: { $0.name == name }) else { fail("no target \(name)") }
        return target
    }()

    static func writeSeeds(to directory: String) {
        for (number, seed) in target.seeds().enumerated() {
            guard let file = fopen("\(directory)/seed-\(number)", "w") else { fail("cannot write to \(directory)") }
            fwrite(seed, 1, seed.count, file)
            fclose(file)
        }
    }

    private static func fail(_ text: String) -> Never {
        let line = Array("fuzz: \(text)\n".utf8)
        _ = write(2, line, line.count)
        exit(2)
    }
}

@_cdecl("LLVMFuzzerInitialize")
func initialize(
    _ count: UnsafeMutablePointer<Int32>, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> Int32 {
    _ = FuzzProgram.target
    if let directory = getenv("SKEIN_FUZZ_SEEDS") {
        FuzzProgram.writeSeeds(to: String(cString: directory))
        exit(0)
    }
    return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
    FuzzProgram.target.run(UnsafeRawBufferPointer(start: bytes, count: size))
    return 0
}

import ArgumentParser
import Basics

/// What the commands that measure runs ask of the options they share.
enum MeasuringOptions {
    static func check(repeats: Int, atMost: Int = 1000, patience: Double, memory: String? = nil) throws {
        guard repeats >= 1, repeats <= atMost else { throw ValidationError("--repeat is from 1 to \(atMost)") }
        guard patience >= 1, patience <= 1e6 else { throw ValidationError("--patience is from 1 to 1000000") }
        if let memory, ByteCount(parsing: memory) == nil {
            throw ValidationError("--memory is a size such as 12GiB")
        }
    }
}

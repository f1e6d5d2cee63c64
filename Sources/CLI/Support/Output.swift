import Basics
import Foundation
import Glibc

/// Writes to the two streams of the process, unbuffered, so that their order is the order of the calls.
enum Output {
    /// A line of the result.
    static func line(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

    /// A line about the result: progress, warnings, errors.
    static func error(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

    /// A value as one line of JSON on standard output.
    static func json(_ value: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else {
            return Output.error("error: the answer cannot be written as JSON")
        }
        line(String(decoding: data, as: UTF8.self))
    }

    /// All bytes, or as many as the reader takes: a reader that went away wants no more.
    static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { buffer in
            var rest = UnsafeRawBufferPointer(buffer)
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
                if count > 0 {
                    rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
                } else if errno != EINTR {
                    return
                }
            }
        }
    }
}

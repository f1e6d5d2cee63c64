import Basics
import Foundation
import Glibc
import Testing

/// Where the records of a pack begin, found by walking through the documented layout.
struct RecordMap {
    let starts: [Int]
    let size: Int

    init(_ path: String) throws {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        var starts: [Int] = []
        var offset = 16
        while offset + 8 <= bytes.count {
            var reader = ByteReader(bytes[offset..<offset + 8])
            #expect(try reader.readUInt32() == 0x534B_434B)
            let length = Int(try reader.readUInt32())
            starts.append(offset)
            offset += 56 + 32 * ((length + 16_383) / 16_384) + length
        }
        self.starts = starts
        size = bytes.count
    }

    /// The record that covers an offset.
    func record(at offset: Int) -> Int { (starts.firstIndex { $0 > offset } ?? starts.count) - 1 }
}

/// Flips one bit of a file.
func flip(_ path: String, at offset: Int, bit: Int) throws {
    let descriptor = open(path, O_RDWR)
    defer { close(descriptor) }
    var byte: UInt8 = 0
    #expect(pread(descriptor, &byte, 1, offset) == 1)
    byte ^= 1 << UInt8(bit)
    #expect(pwrite(descriptor, &byte, 1, offset) == 1)
}

import Basics
import Testing

/// Reading and writing bytes that may be hostile.
struct ByteReaderTests {
    @Test func whatIsWrittenIsReadBack() throws {
        let digest = Digest(hex: String(repeating: "0f", count: 32)) ?? .zero
        var writer = ByteWriter()
        writer.write(UInt8(1))
        writer.write(UInt16(0x0203))
        writer.write(UInt32(0x0405_0607))
        writer.write(UInt64(0x0809_0A0B_0C0D_0E0F))
        writer.write(digest)
        writer.write(field16: [9, 9])
        writer.write(field32: [8])
        writer.write(text: "gänse")
        #expect(Array(writer.bytes.prefix(15)) == Array(1...15), "big-endian")
        var reader = ByteReader(writer.bytes)
        #expect(try reader.readUInt8() == 1)
        #expect(try reader.readUInt16() == 0x0203)
        #expect(try reader.readUInt32() == 0x0405_0607)
        #expect(try reader.readUInt64() == 0x0809_0A0B_0C0D_0E0F)
        #expect(try reader.readDigest() == digest)
        #expect(try reader.readField16(limit: 2) == [9, 9])
        #expect(try reader.readField32(limit: 1) == [8])
        #expect(try reader.readText(limit: 6) == "gänse")
        try reader.finish()
    }

    @Test func shortAndLongInputsAreErrors() {
        #expect(throws: DecodeError.truncated) {
            var reader = ByteReader([1])
            _ = try reader.readUInt16()
        }
        #expect(throws: DecodeError.truncated) {
            var reader = ByteReader([0, 5, 1, 2])
            _ = try reader.readField16(limit: 100)
        }
        #expect(throws: DecodeError.truncated) {
            var reader = ByteReader([0xFF])
            _ = try reader.readBytes(-1)
        }
        #expect(throws: DecodeError.trailingBytes) { try ByteReader([0]).finish() }
    }

    @Test func lengthsBeyondTheLimitAreRefusedBeforeMemoryIsTaken() {
        #expect(throws: DecodeError.outOfRange("field length")) {
            var reader = ByteReader([0xFF, 0xFF, 0xFF, 0xFF])
            _ = try reader.readField32(limit: 1 << 20)
        }
        #expect(throws: DecodeError.outOfRange("field length")) {
            var reader = ByteReader([0, 3, 1, 1, 1])
            _ = try reader.readText(limit: 2)
        }
    }

    @Test func textThatIsNotUTF8IsAnError() {
        #expect(throws: DecodeError.self) {
            var reader = ByteReader([0, 2, 0xC3, 0x28])
            _ = try reader.readText(limit: 10)
        }
    }

    @Test func aSliceIsReadFromItsOwnStart() throws {
        let bytes: [UInt8] = [1, 2, 3, 4]
        var reader = ByteReader(bytes[2...])
        #expect(try reader.readUInt16() == 0x0304)
        #expect(reader.remaining == 0 && reader.position == 2)
    }

    @Test func arbitraryReadsNeverLeaveTheBytes() {
        var random = RandomSource(seed: 2)
        for _ in 0..<3000 {
            let bytes = random.bytes(Int.random(in: 0..<80, using: &random))
            var reader = ByteReader(bytes)
            for _ in 0..<10 {
                switch Int.random(in: 0..<7, using: &random) {
                case 0: _ = try? reader.readUInt8()
                case 1: _ = try? reader.readUInt64()
                case 2: _ = try? reader.readDigest()
                case 3: _ = try? reader.readField16(limit: 50)
                case 4: _ = try? reader.readField32(limit: .max)
                case 5: _ = try? reader.readText(limit: .max)
                default: _ = try? reader.readBytes(Int.random(in: -5..<100, using: &random))
                }
                #expect(reader.position <= bytes.count && reader.remaining == bytes.count - reader.position)
            }
        }
    }
}

import Basics
import Testing

/// Bitmaps against a plain array of booleans.
struct BitmapTests {
    @Test(arguments: [0, 1, 7, 8, 63, 64, 65, 127, 128, 1000])
    func aBitmapBehavesAsAnArrayOfBooleans(count: Int) throws {
        var random = RandomSource(seed: UInt64(count))
        var bitmap = Bitmap(count: count)
        var model = [Bool](repeating: false, count: count)
        for _ in 0..<count * 2 {
            let index = Int.random(in: 0..<count, using: &random)
            let value = Bool.random(using: &random)
            bitmap[index] = value
            model[index] = value
        }
        #expect((0..<count).map { bitmap[$0] } == model)
        #expect(bitmap.population == model.count { $0 })
        #expect(bitmap.isEmpty == !model.contains(true))
        #expect(bitmap.isFull == !model.contains(false))
        for index in 0...count {
            #expect(bitmap.nextSet(from: index) == model[index...].firstIndex(of: true))
            #expect(bitmap.nextClear(from: index) == model[index...].firstIndex(of: false))
        }
        #expect(try Bitmap(count: count, bytes: bitmap.bytes) == bitmap)
        let full = Bitmap(count: count, filled: true)
        #expect(full.isFull && full.population == count)
        #expect(full.subtracting(bitmap).population == count - bitmap.population)
        #expect(full.intersection(bitmap) == bitmap)
        #expect(bitmap.subtracting(bitmap).isEmpty)
    }

    @Test func bitZeroIsTheLowestOfTheFirstByte() {
        var bitmap = Bitmap(count: 12)
        bitmap[0] = true
        bitmap[9] = true
        #expect(bitmap.bytes == [1, 2])
    }

    @Test func bytesOfTheWrongSizeOrWithStrayBitsAreErrors() {
        #expect(throws: DecodeError.truncated) { try Bitmap(count: 12, bytes: [1]) }
        #expect(throws: DecodeError.truncated) { try Bitmap(count: 12, bytes: [1, 2, 3]) }
        #expect(throws: DecodeError.self) { try Bitmap(count: 12, bytes: [0, 0x10]) }
        #expect(throws: DecodeError.self) { try Bitmap(count: 65, bytes: [UInt8](repeating: 0, count: 8) + [2]) }
    }

    @Test func arbitraryBytesGiveAValueOrAnError() {
        var random = RandomSource(seed: 1)
        for _ in 0..<3000 {
            let count = Int.random(in: 0..<200, using: &random)
            let bytes = random.bytes(Int.random(in: 0..<30, using: &random))
            if let bitmap = try? Bitmap(count: count, bytes: bytes) {
                #expect(bitmap.bytes == bytes)
                #expect(bitmap.population == bytes.reduce(0) { $0 + $1.nonzeroBitCount })
            }
        }
    }
}

package import Basics
import Glibc

/// Makes the files that an experiment distributes: the same bytes for the same seed.
package enum ExperimentImage {
    /// The unit that is zero, compressible, random or changed as a whole: a chunk of an image.
    private static let unit = 256 << 10

    /// Writes an image of the given shares in a random order of its chunks.
    ///
    /// - Parameter seed: decides every byte.
    package static func make(
        size: ByteCount, zero: Double, compressible: Double, seed: UInt64, at path: String
    ) throws(SkeinError) {
        let doing = "making the image \(path)"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Files.failure(path, doing: doing) }
        defer { _ = close(descriptor) }
        let units = Int((size.bytes + Int64(unit) - 1) / Int64(unit))
        let kinds = kinds(units, zero: zero, compressible: compressible, seed: seed)
        var buffer = [UInt8](repeating: 0, count: unit)
        for number in 0..<units {
            let count = Int(min(Int64(unit), size.bytes - Int64(number) * Int64(unit)))
            switch kinds[number] {
            case .zero:
                guard lseek(descriptor, off_t(count), SEEK_CUR) >= 0 else { throw Files.failure(path, doing: doing) }
                continue
            case .random, .compressible:
                fill(&buffer, kinds[number], RandomSource(seed: seed &* 1_000_003 &+ UInt64(number)))
            }
            try write(buffer[..<count], to: descriptor, path, doing: doing)
        }
        guard ftruncate(descriptor, off_t(size.bytes)) == 0 else { throw Files.failure(path, doing: doing) }
    }

    /// Writes what an image was one version ago: the file with a share of its chunks replaced by random bytes.
    ///
    /// Chunks of zeros stay: they never move, so a change of them would not count.
    package static func makePrevious(
        of file: String, changed share: Double, seed: UInt64, at path: String
    ) throws(SkeinError) {
        let doing = "making the version before of \(file)"
        let source = open(file, O_RDONLY | O_CLOEXEC)
        guard source >= 0 else { throw Files.failure(file, doing: doing) }
        defer { _ = close(source) }
        let target = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard target >= 0 else { throw Files.failure(path, doing: doing) }
        defer { _ = close(target) }
        var buffer = [UInt8](repeating: 0, count: unit)
        var full: [Int] = []
        var size = 0
        while case let count = try read(source, into: &buffer, file, doing: doing), count > 0 {
            if buffer[..<count].contains(where: { $0 != 0 }) { full.append(size / unit) }
            try write(buffer[..<count], to: target, path, doing: doing)
            size += count
        }
        var random = RandomSource(seed: seed ^ 0x6368_616E_6765)
        let changes = share > 0 ? max(1, Int((Double(full.count) * share).rounded())) : 0
        for number in full.shuffled(using: &random).prefix(changes) {
            guard lseek(target, off_t(number * unit), SEEK_SET) >= 0 else { throw Files.failure(path, doing: doing) }
            fill(&buffer, .random, RandomSource(seed: random.next()))
            try write(buffer[..<min(unit, size - number * unit)], to: target, path, doing: doing)
        }
    }

    /// Fills the buffer as far as the file goes.
    private static func read(
        _ descriptor: Int32, into buffer: inout [UInt8], _ path: String, doing: String
    ) throws(SkeinError) -> Int {
        var filled = 0
        while filled < buffer.count {
            let count = buffer[filled...].withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Files.failure(path, doing: doing) }
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    private enum Kind { case zero, compressible, random }

    private static func kinds(_ units: Int, zero: Double, compressible: Double, seed: UInt64) -> [Kind] {
        let zeros = Int((Double(units) * zero).rounded())
        let soft = min(units - zeros, Int((Double(units) * compressible).rounded()))
        var kinds = [Kind](repeating: .zero, count: zeros) + [Kind](repeating: .compressible, count: soft)
        kinds += [Kind](repeating: .random, count: max(0, units - kinds.count))
        var random = RandomSource(seed: seed ^ 0x006B_696E_6473)
        kinds.shuffle(using: &random)
        return kinds
    }

    private static func fill(_ buffer: inout [UInt8], _ kind: Kind, _ source: RandomSource) {
        var random = source
        buffer.withUnsafeMutableBytes { bytes in
            let words = bytes.bindMemory(to: UInt64.self)
            for place in words.indices { words[place] = random.next() }
            // Three of four words repeat: about a quarter is left after compression.
            guard case .compressible = kind else { return }
            for place in words.indices where place % 4 != 0 { words[place] = 0x2074_6E65_7478_6554 }
        }
    }

    private static func write(
        _ bytes: ArraySlice<UInt8>, to descriptor: Int32, _ path: String, doing: String
    ) throws(SkeinError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Files.failure(path, doing: doing) }
            rest = rest.dropFirst(count)
        }
    }
}

import Basics
import Glibc

/// An image in virtual time: the stored lengths of its distinct chunks, and which of them older versions have.
struct SimulatedImage {
    let lengths: [Int]
    /// What a host holds that has the version before, if the file has one.
    let heldBefore: Bitmap
    let all: Bitmap
    let storedBytes: Int64
    let lackingBytes: Int64

    /// What compression leaves of the bytes that an experiment makes compressible.
    private static let compressedShare = 0.26

    init(_ image: TopologyImage, sliceBytes: Int, seed: UInt64) throws(SkeinError) {
        var lengths: [Int] = []
        switch image.content {
        case .generated(let size, let zero, let compressible):
            let chunks = Int((size.bytes + Int64(FormatLimits.chunkBytes) - 1) / Int64(FormatLimits.chunkBytes))
            let zeros = Int((Double(chunks) * zero).rounded())
            let soft = min(chunks - zeros, Int((Double(chunks) * compressible).rounded()))
            let last = Int(size.bytes - Int64(chunks - 1) * Int64(FormatLimits.chunkBytes))
            lengths = [Int](repeating: FormatLimits.chunkBytes, count: chunks - zeros)
            if zeros == 0, let end = lengths.indices.last { lengths[end] = last }
            var order = Array(lengths.indices)
            var random = RandomSource(seed: seed)
            order.shuffle(using: &random)
            for place in order.prefix(soft) {
                lengths[place] = max(1, Int(Double(lengths[place]) * Self.compressedShare))
            }
        case .file(let path):
            // Its bytes are not read: they count as if none could be saved.
            var status = stat()
            guard stat(path, &status) == 0 else {
                throw SkeinError(
                    .notFound, doing: "simulating an image", cause: "\(path): \(String(cString: strerror(errno)))",
                    next: "name a file that is there, or give the image a size")
            }
            let chunks = (Int(status.st_size) + FormatLimits.chunkBytes - 1) / FormatLimits.chunkBytes
            lengths = [Int](repeating: FormatLimits.chunkBytes, count: chunks)
        }
        var held = Bitmap(count: lengths.count)
        if let changed = image.changedSincePrevious {
            var order = Array(lengths.indices)
            var random = RandomSource(seed: seed ^ 0x6368_616E_6765)
            order.shuffle(using: &random)
            let changes = changed > 0 ? max(1, Int((Double(order.count) * changed).rounded())) : 0
            for place in order.dropFirst(changes) { held[place] = true }
        }
        self.lengths = lengths
        heldBefore = held
        all = Bitmap(count: lengths.count, filled: true)
        storedBytes = lengths.reduce(0) { $0 + Int64($1) }
        lackingBytes = lengths.indices.reduce(0) { held[$1] ? $0 : $0 + Int64(lengths[$1]) }
    }

    /// A random identity.
    static func peer(_ random: inout RandomSource) -> PeerID {
        guard let digest = Digest(bytes: random.bytes(Digest.byteCount)) else { preconditionFailure("32 bytes") }
        return PeerID(digest)
    }
}

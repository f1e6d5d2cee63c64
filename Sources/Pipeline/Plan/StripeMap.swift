/// Which stripe each slice of an image belongs to.
///
/// A stripe takes whole chunks, so that the header of a chunk (its slices' hashes) travels once: a chunk goes to the stripe
/// that has the fewest bytes so far. When the stripes would end uneven, the last chunks are dealt out slice by slice. It is
/// a function of the chunks' lengths alone: every peer derives the same.
public struct StripeMap: Hashable, Sendable {
    public let stripes: Int
    /// By chunk; ``split`` for one that is dealt out.
    private let stripeOfChunk: [UInt8]
    /// By slice, of the chunks that are dealt out.
    private let stripesOfSlices: [Int: [UInt8]]

    private static let split: UInt8 = .max

    /// - Parameters:
    ///   - lengths: stored bytes of each chunk.
    ///   - stripes: 1 to 64.
    public init(lengths: [Int], sliceBytes: Int, stripes: Int) {
        precondition(stripes >= 1 && stripes <= PipelineLimits.stripes, "so many stripes are never planned")
        self.stripes = stripes
        guard stripes > 1 else {
            stripeOfChunk = [UInt8](repeating: 0, count: lengths.count)
            stripesOfSlices = [:]
            return
        }
        var deal = Deal(stripes: stripes)
        var places = lengths.map { deal.next($0) }
        var slices: [Int: [UInt8]] = [:]
        if deal.unevenness > sliceBytes {
            deal = Deal(stripes: stripes)
            let whole = max(0, lengths.count - (stripes - 1))
            places = lengths[..<whole].map { deal.next($0) }
            for chunk in whole..<lengths.count {
                places.append(StripeMap.split)
                slices[chunk] = stride(from: 0, to: lengths[chunk], by: sliceBytes).map { start in
                    deal.next(min(sliceBytes, lengths[chunk] - start))
                }
            }
        }
        stripeOfChunk = places
        stripesOfSlices = slices
    }

    /// The stripe of a whole chunk; nil when its slices belong to several.
    public func stripe(ofChunk chunk: Int) -> Int? {
        let stripe = stripeOfChunk[chunk]
        return stripe == StripeMap.split ? nil : Int(stripe)
    }

    public func stripe(ofChunk chunk: Int, slice: Int) -> Int {
        stripe(ofChunk: chunk) ?? Int(stripesOfSlices[chunk]?[slice] ?? 0)
    }

    /// Gives each piece to the stripe that has least.
    private struct Deal {
        private var bytes: [Int]

        init(stripes: Int) { bytes = [Int](repeating: 0, count: stripes) }

        var unevenness: Int { (bytes.max() ?? 0) - (bytes.min() ?? 0) }

        mutating func next(_ length: Int) -> UInt8 {
            var least = 0
            for stripe in bytes.indices where bytes[stripe] < bytes[least] { least = stripe }
            bytes[least] += length
            return UInt8(least)
        }
    }
}

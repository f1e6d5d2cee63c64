import Basics

/// Which stripe each slice of an image belongs to.
///
/// A stripe takes whole chunks, so that the header of a chunk (its slices' hashes) travels once: a chunk goes to the stripe
/// that has the fewest bytes so far. When the stripes would end uneven, the last chunks are dealt out slice by slice. It is
/// a function of the chunks' lengths and the number of the deal alone: every peer derives the same.
///
/// Hosts that got some stripes whole and lack others would be slow by the same stripes again: everything that they lack
/// would come from a few parents. So the next plan deals anew, and each of its stripes lacks a part.
public struct StripeMap: Hashable, Sendable {
    public let stripes: Int
    public let deal: Int
    /// By chunk; ``split`` for one that is dealt out.
    private var stripeOfChunk: [UInt8]
    /// By slice, of the chunks that are dealt out.
    private var stripesOfSlices: [Int: [UInt8]]

    private static let split: UInt8 = .max

    /// - Parameters:
    ///   - lengths: stored bytes of each chunk.
    ///   - stripes: 1 to ``PipelineLimits/stripes``.
    ///   - deal: chunks go to other stripes in each.
    public init(lengths: [Int], sliceBytes: Int, stripes: Int, deal number: Int = 0) {
        precondition(stripes >= 1 && stripes <= PipelineLimits.stripes, "so many stripes are never planned")
        self.stripes = stripes
        self.deal = number
        guard stripes > 1 else {
            stripeOfChunk = [UInt8](repeating: 0, count: lengths.count)
            stripesOfSlices = [:]
            return
        }
        var deal = Deal(stripes: stripes, number: number)
        var places = lengths.map { deal.chunk($0) }
        var slices: [Int: [UInt8]] = [:]
        if deal.unevenness > sliceBytes {
            deal = Deal(stripes: stripes, number: number)
            let whole = max(0, lengths.count - (stripes - 1))
            places = lengths[..<whole].map { deal.chunk($0) }
            for chunk in whole..<lengths.count {
                places.append(StripeMap.split)
                slices[chunk] = stride(from: 0, to: lengths[chunk], by: sliceBytes).map { start in
                    deal.slice(min(sliceBytes, lengths[chunk] - start))
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

    /// The slice belongs to another stripe from now on, for this peer alone.
    mutating func move(chunk: Int, slice: Int, of slices: Int, to stripe: Int) {
        if stripeOfChunk[chunk] != StripeMap.split {
            stripesOfSlices[chunk] = [UInt8](repeating: stripeOfChunk[chunk], count: slices)
            stripeOfChunk[chunk] = StripeMap.split
        }
        stripesOfSlices[chunk]?[slice] = UInt8(stripe)
    }

    /// Gives each piece to the stripe that has least.
    private struct Deal {
        private var bytes: [Int]
        private var random: RandomSource?

        init(stripes: Int, number: Int) {
            bytes = [Int](repeating: 0, count: stripes)
            random = number > 0 ? RandomSource(seed: UInt64(number)) : nil
        }

        var unevenness: Int { (bytes.max() ?? 0) - (bytes.min() ?? 0) }

        /// In later deals any of those that have hardly more than the least.
        mutating func chunk(_ length: Int) -> UInt8 {
            guard random != nil else { return slice(length) }
            let least = bytes.min() ?? 0
            let poor = bytes.indices.filter { bytes[$0] < least + max(1, length) }
            let chosen = poor[Int(random!.next() % UInt64(poor.count))]
            bytes[chosen] += length
            return UInt8(chosen)
        }

        mutating func slice(_ length: Int) -> UInt8 {
            var least = 0
            for stripe in bytes.indices where bytes[stripe] < bytes[least] { least = stripe }
            bytes[least] += length
            return UInt8(least)
        }
    }
}

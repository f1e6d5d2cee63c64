import Basics

/// The end of a fetch: what the slowest stripe lacks is shared with a parent that is done with its own.
///
/// All links are full until then, so a stripe that fell behind somewhere stays behind, and who gets it ends with half of the
/// downlink empty or more. Only parents that have everything help: one that waits for the same slices itself might wait for
/// this peer.
extension Fetch {
    /// A stripe that is behind by fewer slices than this is left as it is: a change takes a round trip.
    private static let leastShared = 8
    /// A parent helps when its own stripe lacks no more than so many slices.
    private static let nearlyDone = 8

    /// Gives the end of the stripe that lacks most to a parent that has everything and nearly nothing left to send.
    ///
    /// - Returns: false when all stays as it is.
    mutating func shareTail(
        with helper: Int, held: Bitmap, _ sizes: ChunkSizes, received: (Int) -> SliceSet
    ) -> Bool {
        guard links[helper].hasEverything, links[helper].isOpen, links[helper].hasLetGo,
            held.count - held.population <= PipelineLimits.tailChunks,
            let own = stripes.indices.first(where: { stripes[$0].link == helper && !isSpare(stripe: $0) })
        else { return false }
        let lacking = lackingSlices(held: held, sizes, received: received)
        let others = stripes.indices.filter { stripe in
            guard let link = stripes[stripe].link, link != helper, !isSpare(stripe: stripe) else { return false }
            // What came over a thin link once must not come again.
            guard links[link].isFar || !links[helper].isFar else { return false }
            return links[link].isServing && links[link].hasLetGo
        }
        guard lacking[own] <= Self.nearlyDone, let slowest = others.max(by: { lacking[$0] < lacking[$1] }),
            lacking[slowest] - lacking[own] >= Self.leastShared
        else { return false }
        helpers.insert(helper)
        move((lacking[slowest] - lacking[own]) / 2, from: slowest, to: own, held: held, sizes, received: received)
        return true
    }

    /// By stripe: how many slices are not here.
    private func lackingSlices(held: Bitmap, _ sizes: ChunkSizes, received: (Int) -> SliceSet) -> [Int] {
        var lacking = [Int](repeating: 0, count: stripes.count)
        var from = 0
        while let chunk = held.nextClear(from: from) {
            from = chunk + 1
            let left = SliceSet(first: sizes.slices(of: chunk)).subtracting(received(chunk))
            if let stripe = map.stripe(ofChunk: chunk) {
                lacking[stripe] += left.count
                continue
            }
            for slice in 0..<sizes.slices(of: chunk) where left.contains(slice) {
                lacking[map.stripe(ofChunk: chunk, slice: slice)] += 1
            }
        }
        return lacking
    }

    /// The last slices go first: what comes next is on its way already.
    private mutating func move(
        _ count: Int, from: Int, to: Int, held: Bitmap, _ sizes: ChunkSizes, received: (Int) -> SliceSet
    ) {
        var left = count
        for chunk in (0..<held.count).reversed() where !held[chunk] && left > 0 {
            let here = received(chunk)
            let slices = sizes.slices(of: chunk)
            for slice in (0..<slices).reversed() where left > 0 && !here.contains(slice) {
                guard map.stripe(ofChunk: chunk, slice: slice) == from else { continue }
                map.move(chunk: chunk, slice: slice, of: slices, to: to)
                left -= 1
            }
        }
    }
}

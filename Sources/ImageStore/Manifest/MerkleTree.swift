public import Basics
internal import Trust

/// A binary hash tree over the pages of a manifest, so that each page is verified alone against the header.
///
/// Leaves and nodes have different first bytes, so that neither can pass for the other. The left half of `n` leaves is
/// the largest power of two below `n`; the root of no leaves is the hash of a constant.
public enum MerkleTree {
    private static let leafPrefix: UInt8 = 0x10
    private static let nodePrefix: UInt8 = 0x11

    public static func leaf(_ page: [UInt8]) -> Digest { ContentHash.of([leafPrefix] + page) }

    public static func root(of leaves: [Digest]) -> Digest { root(leaves[...]) }

    /// The hashes beside the way from a leaf to the root, the leaf's sibling first.
    public static func proof(for index: Int, of leaves: [Digest]) -> [Digest] {
        precondition(leaves.indices.contains(index), "no such leaf")
        return proof(index, leaves[...])
    }

    /// Whether a leaf lies at an index of a tree with so many leaves and this root. Total: any proof may be given.
    public static func verify(leaf: Digest, index: Int, count: Int, proof: [Digest], root: Digest) -> Bool {
        guard index >= 0, index < count, proof.count <= Int.bitWidth else { return false }
        return climb(leaf, index, count, proof[...]) == root
    }

    private static func root(_ leaves: ArraySlice<Digest>) -> Digest {
        switch leaves.count {
        case 0: return ContentHash.of([nodePrefix])
        case 1: return leaves[leaves.startIndex]
        default:
            let middle = leaves.startIndex + split(leaves.count)
            return node(root(leaves[..<middle]), root(leaves[middle...]))
        }
    }

    private static func proof(_ index: Int, _ leaves: ArraySlice<Digest>) -> [Digest] {
        guard leaves.count > 1 else { return [] }
        let left = split(leaves.count)
        let middle = leaves.startIndex + left
        if index < left { return proof(index, leaves[..<middle]) + [root(leaves[middle...])] }
        return proof(index - left, leaves[middle...]) + [root(leaves[..<middle])]
    }

    /// The root that a proof leads to, or nil when the proof has not the length that the place asks for.
    private static func climb(_ leaf: Digest, _ index: Int, _ count: Int, _ proof: ArraySlice<Digest>) -> Digest? {
        guard count > 1 else { return proof.isEmpty ? leaf : nil }
        guard let sibling = proof.last else { return nil }
        let left = split(count)
        if index < left {
            return climb(leaf, index, left, proof.dropLast()).map { node($0, sibling) }
        }
        return climb(leaf, index - left, count - left, proof.dropLast()).map { node(sibling, $0) }
    }

    private static func node(_ left: Digest, _ right: Digest) -> Digest {
        ContentHash.of([nodePrefix] + left.bytes + right.bytes)
    }

    /// The largest power of two below a count of at least two.
    private static func split(_ count: Int) -> Int { 1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount) }
}

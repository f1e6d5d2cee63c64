import Gossip

/// The bytes of datagrams on their way, in slots of one size that are used again.
final class DatagramSlab {
    private static let slotBytes = GossipLimits.datagramBytes
    private static let slotsPerBlock = 4096

    private var blocks: [UnsafeMutableRawBufferPointer] = []
    private var free: [Int32] = []
    private var counts: [Int16] = []
    private var used = 0

    deinit { for block in blocks { block.deallocate() } }

    /// Keeps a copy and gives the number of its slot.
    func add(_ bytes: UnsafeRawBufferPointer) -> Int {
        let slot: Int
        if let place = free.popLast() {
            slot = Int(place)
        } else {
            slot = used
            used += 1
            counts.append(0)
            if slot / DatagramSlab.slotsPerBlock == blocks.count {
                blocks.append(
                    .allocate(byteCount: DatagramSlab.slotBytes * DatagramSlab.slotsPerBlock, alignment: 16))
            }
        }
        counts[slot] = Int16(bytes.count)
        memory(slot).copyMemory(from: bytes)
        return slot
    }

    func bytes(_ slot: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: memory(slot)[..<Int(counts[slot])])
    }

    func remove(_ slot: Int) { free.append(Int32(slot)) }

    private func memory(_ slot: Int) -> UnsafeMutableRawBufferPointer {
        let start = slot % DatagramSlab.slotsPerBlock * DatagramSlab.slotBytes
        return UnsafeMutableRawBufferPointer(
            rebasing: blocks[slot / DatagramSlab.slotsPerBlock][start..<start + DatagramSlab.slotBytes])
    }
}

import Basics

/// The part of a pulse that the machine itself needs, read in place: incarnation and departure.
package struct PulseHead {
    package let incarnation: UInt64
    package let isLeaving: Bool

    /// Nil exactly for bytes that are no pulse: every field is checked, though most are not kept.
    package init?(_ body: UnsafeRawBufferPointer) {
        var reader = RawReader(body)
        do {
            guard try reader.readUInt8() == Pulse.format else { return nil }
            isLeaving = try reader.readUInt8() & Pulse.leavingFlag != 0
            incarnation = try reader.readUInt64()
            guard incarnation <= GossipLimits.version else { return nil }
            // Memory, processors and nodes.
            _ = try reader.read(4 + 4 + 2 + 2)
            for _ in 0..<2 {
                guard try reader.readUInt64() <= UInt64(Int64.max) else { return nil }
            }
            // Load and the count of holdings.
            _ = try reader.read(2 + 2)
            let named = Int(try reader.readUInt8())
            guard named <= GossipLimits.holdings else { return nil }
            _ = try reader.read(named * Digest.byteCount)
        } catch {
            return nil
        }
    }
}

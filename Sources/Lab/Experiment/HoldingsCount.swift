import FoundationEssentials

/// How often hosts that are no sources hold one image, all of them together: a pure value.
package struct HoldingsCount: Sendable {
    package init() {}

    private var whole = 0
    /// Holders of each distinct chunk, of hosts that have a part.
    private var holders: [Int] = []

    /// Takes a host's transfer of the image; whoever has nothing yet need not be added.
    package mutating func add(_ transfer: LabTransfer) {
        if transfer.state == .done { whole += 1 }
        guard transfer.state == .receiving || transfer.state == .assembling, let chunks = transfer.chunks, chunks > 0,
            let held = transfer.held.flatMap({ Data(base64Encoded: $0) }), held.count == (chunks + 7) / 8
        else { return }
        if holders.isEmpty { holders = Array(repeating: 0, count: chunks) }
        guard holders.count == chunks else { return }
        for chunk in 0..<chunks where held[held.startIndex + chunk / 8] >> UInt8(chunk % 8) & 1 == 1 {
            holders[chunk] += 1
        }
    }

    /// How often each chunk is there at least.
    package var copies: Int { whole + (holders.min() ?? 0) }
}

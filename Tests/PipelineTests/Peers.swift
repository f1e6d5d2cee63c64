import Basics

/// A peer by number.
func peer(_ number: UInt8) -> PeerID {
    PeerID(Digest(bytes: [UInt8](repeating: 0, count: 31) + [number])!)
}

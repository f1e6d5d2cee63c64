/// Names a record that the shell was asked to verify; it answers with the same one.
public struct VerificationTicket: Hashable, Sendable {
    let slot: UInt32
    let generation: UInt32
}

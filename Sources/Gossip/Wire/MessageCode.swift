/// What a datagram asks or answers: the byte after the format. docs/wire/gossip.md has the bodies.
package enum MessageCode: UInt8, Hashable, Sendable {
    /// Are you there? (SWIM 3.1)
    case ping = 1
    /// Somebody answered: the sender itself, or the one it was asked to probe.
    case ack
    /// The helper is there, but the one it was asked to probe has not answered it (Lifeguard IV-A).
    case nack
    /// Probe somebody for me (ping-req of SWIM 3.1). The helper uses the address that it knows itself.
    case pingRequest
    /// Nothing but what rides along.
    case news
    /// A part of the sender's digest: send me what is newer, ask for what I have newer.
    case page
    /// Send me these records.
    case want
    /// The answer to a page or a want rides along.
    case answer
    /// One fingerprint for each part of the names: send me pages where yours are others.
    case summary
}

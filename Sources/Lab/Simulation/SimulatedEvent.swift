/// What happens in the simulation of a topology; what `a` and `b` of an event mean depends on it.
enum SimulatedKind: UInt8, Sendable {
    /// A parcel (a) has left the link that it is on.
    case hop
    /// A parcel (a) has arrived at its child and was verified.
    case deliver
    /// Bytes (b) of a flow (a) have been taken by the child's host: its socket has room again.
    case window
    /// Progress frames and timers of a host (a).
    case tick
    /// Bytes (b) of a copy (a) are durable.
    case stored
    /// The chunk (b) that a flow (a) needs has come from the store.
    case loaded
    /// The order to install has reached a copy (a), which is the head of a branch (b, from 1) or alone (0).
    case order
    /// The manifest has reached a copy (a); it was asked for with attempt b.
    case manifest
    /// The wait for a manifest (attempt b of copy a) was in vain.
    case manifestTimeout
    /// A subscription (flow a) reaches its parent; another want does.
    case subscribed
    case want
    /// A subscription (flow a) has waited long for a manifest at its parent.
    case waited
    /// News of the plan (a) reach a copy (b).
    case news
    /// The parent's answers and what else reaches a child over a flow (a).
    case accepted
    case refused
    case progress
    /// The connection of a flow (a) is gone, as its child sees it.
    case lost
    /// A child gives credit (b bytes) over a flow (a).
    case credit
    /// A child has left a flow (a).
    case unsubscribed
    /// The copy (a) is assembled.
    case finished
    /// An entry (a) of the plan of events happens; a cut (a) is healed.
    case fault
    case heal
    /// The peer of a late host (a) starts; it is to get its orders.
    case join
    case orderLate
    /// Gossip: a datagram (a) arrives, a record's check (a) ends, a host's (a) machine is due (wake b).
    case datagram
    case verified
    case gossipWake
    case gossipStart
}

typealias SimulatedEvent = VirtualEvent<SimulatedKind>

/// What gossip promises of thirty-two real peers.
enum GossipBars {
    /// From the opening of the start gate to a full view everywhere, in seconds.
    static let join = 3.0
    /// From kill -9 to the word of death in all views, in seconds.
    static let crash = 6.0
    /// Both directions of one peer's interface together, in bytes a second.
    static let quiet = 2000.0
    /// To a full view without UDP, in seconds.
    static let blockedJoin = 10.0
    /// Living peers that are declared dead because UDP is dropped.
    static let deaths = 0.0
    /// From the end of a cut until datagrams do again for everybody, in seconds.
    static let recovered = 60.0
}

import Basics

/// Sizes and bounds of identities, certificates, handshakes and sealed datagrams.
public enum TrustLimits {
    /// The most address ranges in one certificate.
    public static let addressRanges = 16
    /// The largest encoded certificate.
    public static let certificateBytes = 1024
    /// The largest encoded site file or site authority.
    public static let siteFileBytes = 16 * 1024
    /// The largest Noise message, from the Noise specification.
    public static let noiseMessageBytes = 65_535
    /// The largest sealed datagram: what fits into one UDP packet over IPv4.
    public static let datagramBytes = 65_507
    /// How many senders of datagrams an opener remembers.
    public static let gossipSenders = FormatLimits.peers
    /// How many streams of one sender an opener remembers: a boot under one epoch each.
    public static let streamsPerSender = 4
    /// How many gossip keys a ring holds.
    public static let gossipKeys = 4
    /// The largest encoded ring of gossip keys: magic, count, keys with their epochs, sealing epoch.
    public static let gossipKeyRingBytes = 8 + 1 + gossipKeys * (4 + GossipKey.secretBytes) + 4
    /// How long one secret makes cookies; they are good for as long again.
    public static let cookiePeriod = Duration.seconds(120)
    /// The longest address that a cookie is made for.
    public static let cookieAddressBytes = 16
    /// How wrong a clock may be before certificates stop working, in seconds.
    public static let clockToleranceSeconds: UInt64 = 5 * 60
    /// How long an expired peer certificate stays good inside its site, in seconds.
    public static let graceSeconds: UInt64 = 7 * 86_400
    /// How long an issuer certificate is good, in seconds.
    public static let issuerValiditySeconds: UInt64 = 90 * 86_400
    /// How long a peer certificate is good once certificates renew themselves, in seconds.
    public static let renewedPeerValiditySeconds: UInt64 = 72 * 3600
}

import Basics

/// The bounds of the lab.
public enum LabLimits {
    /// How long peers need for each of them until the news of their start is told.
    static let restPerPeer: Duration = .milliseconds(100)
    /// The most times that the peers of a lab are watched until they are at rest.
    static let restWatches = 5
    /// Above this share of all processors a machine is saturated, and its figures say little about the network.
    static let saturatedShare = 0.85

    /// The most hosts a topology file may describe; a simulation may have more by repeating a file's shape.
    public static let hosts = 200_000
    /// The most sites of a file, racks of a site, images, sources and events of a file.
    public static let sites = 4096
    public static let racksPerSite = 4096
    public static let images = 256
    public static let events = 4096
    /// Host addresses of 10.77.0.0/16 that an emulation can give away: all but the network, .0.1 and broadcast.
    public static let emulatedHosts = 65_533
    /// Up to so many hosts, each is told the hardware addresses of all others; their number is the square of this.
    public static let namedNeighbours = 2048
    /// The kernel gives a bridge at most 1024 ports; one is the uplink.
    public static let bridgeMembers = 1023
    /// The most payload that TCP hands down at once in a lab: eleven frames of 1,500 bytes.
    static let packetBytes = 16_384
    /// The longest name of a lab in bytes: it is part of socket paths, which end at 107 bytes.
    public static let labNameBytes = 24
    /// The longest path of a unix socket in bytes.
    public static let socketPathBytes = 107
    /// The last lines of a log that an error repeats, and the most bytes of them.
    public static let logLines = 12
    public static let logBytes = 8192
    /// The newest version of the topology format that this software reads.
    public static let topologyVersion = 1
}

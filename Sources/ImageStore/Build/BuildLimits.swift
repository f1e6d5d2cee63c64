public import Basics

/// The sizes and bounds of building images.
public enum BuildLimits {
    /// Part of every recipe key: raised whenever the same recipe gives another image than before.
    public static let builderVersion = 1
    /// The size of an image's disk. It is sparse; the guest grows its file system to the size of its own disk.
    public static let disk = ByteCount.gibibytes(4)
    /// The journal that a finished image gets, so that a node survives a hard stop.
    static let journal = ByteCount.mebibytes(16)
    /// What must be free in the work directory before a base is built, and before a derivation beyond its parent's size.
    static let freeForBase = ByteCount.mebibytes(1536)
    static let freeForDerivation = ByteCount.mebibytes(512)
    /// Less than this left after a failure means that the work directory's file system is full.
    static let freeAtAll = ByteCount.mebibytes(16)
    /// Downloaded packages beyond this are thrown away when the daemon starts.
    static let packageCache = ByteCount.gibibytes(4)
    /// Build logs that are kept.
    static let logs = 50
    /// Lists of packages older than this are fetched anew before packages are installed.
    static let listsAge = Duration.seconds(7 * 24 * 3600)
    /// The lines of a log that an error shows.
    static let errorLines = 12
    /// The most bytes of a log's end that are read for an error.
    static let errorTail = 64 * 1024
    /// How long a killed build may take to let go of its mounts and loop device.
    static let release = Duration.seconds(20)

    static let packages = 4096
    static let files = 16_384
    static let users = 1024
    static let commands = 256
    static let fileContent = ByteCount.mebibytes(64)
    static let allContent = ByteCount.mebibytes(512)
    static let path = 1024
    static let command = 64 * 1024
}

/// The phases of a build, in the order in which they can happen.
public enum BuildPhase: String, Hashable, Sendable, CaseIterable {
    /// Copying the parent's disk, mounting it.
    case prepare
    /// Fetching the archive's lists of packages.
    case lists
    /// Working out what has to be installed, and downloading it.
    case download
    /// Unpacking and configuring packages.
    case install
    case users
    case files
    case run
    /// Removing what belongs to one machine or to the build.
    case scrub
    /// Taking kernel and modules out, making the file system, unmounting.
    case image
}

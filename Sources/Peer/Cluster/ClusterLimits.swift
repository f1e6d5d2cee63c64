/// Bounds of a cluster file. A file beyond one of them is refused with the line that goes too far.
public enum ClusterLimits {
    public static let roles = 64
    /// Nodes of one cluster, over all roles.
    public static let nodes = 16_384
    public static let packages = 4096
    public static let files = 4096
    public static let users = 256
    public static let keysPerUser = 64
    public static let runSteps = 256
    public static let runStepBytes = 64 << 10
    /// One file after `source:` or `content:`.
    public static let fileBytes = 16 << 20
    /// All files of a cluster file together: its request stays well under the control API's limit in base64.
    public static let contentBytes = 40 << 20
    public static let pathBytes = 1024
    /// The name of a cluster becomes part of host names, domain names and socket paths.
    public static let clusterNameBytes = 32
    public static let packageNameBytes = 128
    public static let userNameBytes = 32
    public static let publicKeyBytes = 16 << 10

    /// A Debian guest with systemd does not come up in less.
    public static let memoryBytes: ClosedRange<Int64> = (128 << 20)...(16 << 40)
    public static let vcpus: ClosedRange<Int> = 1...512
    /// A node's disk lies over its image's, and no image that is built here has less than 4 GiB.
    public static let diskBytes: ClosedRange<Int64> = (4 << 30)...(16 << 40)
    public static let userIDs: ClosedRange<Int> = 500...59_999
    public static let subnetPrefixes: ClosedRange<Int> = 8...30
    /// The shortest and the longest silence after which `up` gives up.
    public static let noProgressSeconds: ClosedRange<Int64> = 5...86_400
}

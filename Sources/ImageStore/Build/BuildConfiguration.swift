/// Where images are built.
public struct BuildConfiguration: Hashable, Sendable {
    /// Half and finished images, package lists and downloaded packages. One daemon only.
    public var workDirectory: String
    /// The network namespace in which everything that may reach package archives runs (a path); nil: our own.
    public var networkNamespace: String?
    /// Where the log of each build is kept.
    public var logDirectory: String

    public init(workDirectory: String, networkNamespace: String? = nil, logDirectory: String) {
        self.workDirectory = workDirectory
        self.networkNamespace = networkNamespace
        self.logDirectory = logDirectory
    }
}

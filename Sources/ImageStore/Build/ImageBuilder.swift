/// Builds images as files: a base from the host's own package sources, and derivations of a parent's disk.
///
/// Every build runs in mount and process namespaces of its own and holds nothing that outlives them: success,
/// failure, cancellation and the daemon's death all leave no mount, no loop device and no process. Builders of one
/// work directory may build at the same time; their package downloads take turns.
public struct ImageBuilder: Sendable {
    public let configuration: BuildConfiguration

    public init(configuration: BuildConfiguration) { self.configuration = configuration }

    public typealias Progress = @Sendable (BuildProgress) -> Void

    /// The kernel command line of every image.
    public static let commandLine = GuestKernel.commandLine
}

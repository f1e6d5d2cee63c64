/// The system an image starts from, before any package of the user: distribution, suite, kernel and processor.
public struct BaseSpec: Hashable, Sendable {
    /// Only `debian` for now.
    public var distro: String
    /// `bookworm`, `trixie`, …
    public var suite: String
    /// `cloud` (small: virtual machines only) or `generic` (drivers of real hardware, for passed-through devices).
    public var kernel: String
    /// Debian's name of the processor; must be the host's own: packages are configured by running them.
    public var arch: String

    public init(
        distro: String = "debian", suite: String = "bookworm", kernel: String = "cloud",
        arch: String = BaseSpec.hostArchitecture
    ) {
        self.distro = distro
        self.suite = suite
        self.kernel = kernel
        self.arch = arch
    }

    /// Debian's name of the processor this software was compiled for.
    public static var hostArchitecture: String {
        #if arch(x86_64)
            "amd64"
        #elseif arch(arm64)
            "arm64"
        #else
            "unknown"
        #endif
    }

    /// The kernel package, or nil when the kernel has no known name.
    var kernelPackage: String? {
        switch kernel {
        case "cloud": "linux-image-cloud-\(arch)"
        case "generic": "linux-image-\(arch)"
        default: nil
        }
    }
}

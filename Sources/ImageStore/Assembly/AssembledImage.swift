public import Basics

/// The files of an image that is ready to boot. They are read-only and shared: VMs get overlays on the disk.
public struct AssembledImage: Sendable, Hashable {
    public let image: ImageID
    public let directory: String
    /// A sparse raw file.
    public let disk: String
    public let kernel: String?
    public let initrd: String?
    public let commandLine: String

    init(manifest: Manifest, directory: String) {
        func path(_ part: String) -> String? {
            manifest.parts.contains { $0.name == part } ? "\(directory)/\(AssembledImage.fileName(part))" : nil
        }
        image = manifest.imageID
        self.directory = directory
        disk = "\(directory)/\(AssembledImage.fileName("disk"))"
        kernel = path("kernel")
        initrd = path("initrd")
        commandLine = manifest.commandLine
    }

    static func fileName(_ part: String) -> String { part == "disk" ? "disk.raw" : part }
}

public import Basics

/// The qcow2 file that takes a node's writes, so that all nodes of an image share one raw disk.
public enum Overlay {
    /// Makes an overlay on a raw disk, replacing one that is there. Returns the size the guest sees.
    ///
    /// The size is that of the backing disk or `size`, whichever is larger, in whole sectors.
    @discardableResult
    public static func create(
        at path: String, backing: String, size: ByteCount? = nil
    ) async throws(SkeinError) -> ByteCount {
        let doing = "making the overlay \(path)"
        guard path.hasPrefix("/"), backing.hasPrefix("/") else {
            throw SkeinError(.usage, doing: doing, cause: "paths must be absolute")
        }
        guard let backingBytes = HostFile.size(of: backing) else {
            throw SkeinError(
                .notFound, doing: doing, cause: "the disk \(backing) is not there",
                next: "let the peer assemble the image again")
        }
        let wanted = max(backingBytes, size?.bytes ?? 0)
        let bytes = (wanted + 511) / 512 * 512
        _ = try await HostTool.run(
            "qemu-img", ["create", "-q", "-f", "qcow2", "-F", "raw", "-b", backing, path, String(bytes)],
            doing: doing, next: "apt-get install qemu-utils, and see `skein doctor`")
        return ByteCount(bytes: bytes)
    }
}

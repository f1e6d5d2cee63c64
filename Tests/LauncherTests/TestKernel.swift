import Basics
import Foundation
import Launcher

/// A Debian cloud kernel and its modules, from this machine or, once, from its package archive.
///
/// Fetching it needs apt sources (`apt-get update` done), dpkg and busybox-static; nothing is installed.
struct TestKernel: Sendable {
    let kernel: String
    let modules: String

    private static let cache = "/var/cache/skein-tests"

    static func find() async throws -> TestKernel {
        if let installed = newest(root: "") ?? newest(root: "\(cache)/kernel") { return installed }
        // Unpacked beside and renamed, so that two test runs at a time see all of it or nothing.
        let script = """
            mkdir -p "$1"
            work=$(mktemp -d "$1/new.XXXXXX")
            trap 'rm -rf "$work"' EXIT
            name=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/^ *Depends: *\\(linux-image-[^ ]*\\)$/\\1/p' \
            | head -n 1)
            test -n "$name"
            cd "$work"
            apt-get -q -o APT::Sandbox::User=root download "$name"
            mkdir kernel
            dpkg-deb -x ./*.deb kernel
            test -d "$1/kernel" || mv kernel "$1/kernel"
            """
        _ = try await HostTool.run(
            "sh", ["-euc", script, "sh", cache], doing: "fetching a Debian cloud kernel",
            next: "apt-get update, or apt-get install linux-image-cloud-amd64")
        guard let fetched = newest(root: "\(cache)/kernel") else {
            throw SkeinError(.notFound, doing: "looking for a test kernel", cause: "the package holds none")
        }
        return fetched
    }

    private static func newest(root: String) -> TestKernel? {
        let files = FileManager.default
        let names = (try? files.contentsOfDirectory(atPath: "\(root)/boot")) ?? []
        for name in names.sorted().reversed() where name.hasPrefix("vmlinuz-") && name.hasSuffix("-cloud-amd64") {
            let modules = "\(root)/lib/modules/\(name.dropFirst("vmlinuz-".count))/kernel"
            if files.fileExists(atPath: "\(modules)/drivers/virtio/virtio.ko") {
                return TestKernel(kernel: "\(root)/boot/\(name)", modules: modules)
            }
        }
        return nil
    }
}

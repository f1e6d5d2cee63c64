import Basics
import Foundation
import Launcher

/// A guest of a kernel and busybox that does what a real image's first boot does, in two seconds.
///
/// It unpacks its seed, writes to its root disk, says its phases, and turns itself off when the seed holds
/// `etc/poweroff`; else it waits.
struct TestGuest: Sendable {
    let kernel: TestKernel
    let initrd: String
    let baseDisk: String

    private static let modules = [
        "drivers/virtio/virtio_ring.ko", "drivers/virtio/virtio.ko", "drivers/virtio/virtio_pci_legacy_dev.ko",
        "drivers/virtio/virtio_pci_modern_dev.ko", "drivers/virtio/virtio_pci.ko", "drivers/block/virtio_blk.ko",
        "drivers/char/virtio_console.ko",
    ]

    private static let program = """
        #!/bin/busybox sh
        busybox=/bin/busybox
        $busybox mount -t proc proc /proc
        $busybox mount -t sysfs sys /sys
        $busybox mount -t devtmpfs dev /dev
        for module in MODULES; do $busybox insmod /modules/$module || echo "skein: error: $module"; done
        for try in 1 2 3 4 5 6 7 8 9 10; do
            ports=$($busybox grep -l '^org.skein.ready.0$' /sys/class/virtio-ports/*/name 2>/dev/null)
            test -n "$ports" && break
            $busybox sleep 0.1
        done
        port=/dev/$($busybox basename $($busybox dirname $ports))
        say() { echo "phase $*" >$port; echo "skein: phase $*"; }
        say userspace
        for disk in vda vdb; do
            echo "disk $disk $($busybox cat /sys/block/$disk/serial) $($busybox cat /sys/block/$disk/size) sectors"
        done
        $busybox mkdir /seed
        $busybox tar -xf /dev/vdb -C /seed
        echo "hostname $($busybox cat /seed/etc/hostname)"
        echo "written by the guest" | $busybox dd of=/dev/vda conv=fsync 2>/dev/null
        say network address=10.0.2.15
        say ssh
        say done
        test -e /seed/etc/poweroff && $busybox poweroff -f
        while true; do $busybox sleep 60; done

        """

    init(kernel: TestKernel, directory: TemporaryDirectory) throws {
        self.kernel = kernel
        var archive = CpioArchive()
        for name in ["bin", "dev", "proc", "sys", "modules"] { archive.addDirectory(name) }
        archive.addFile("bin/busybox", mode: 0o755, content: try TestGuest.read("/bin/busybox"))
        archive.addSymbolicLink("bin/sh", to: "busybox")
        archive.addCharacterDevice("dev/console", major: 5, minor: 1)
        var names: [String] = []
        for module in TestGuest.modules {
            let name = (module as NSString).lastPathComponent
            names.append(name)
            archive.addFile("modules/\(name)", mode: 0o644, content: try TestGuest.read("\(kernel.modules)/\(module)"))
        }
        let program = TestGuest.program.replacingOccurrences(of: "MODULES", with: names.joined(separator: " "))
        archive.addFile("init", mode: 0o755, content: Array(program.utf8))
        try directory.write(archive.finished(), to: "initrd")
        try directory.write([UInt8](repeating: 0x55, count: 1 << 20), to: "base.raw")
        initrd = directory.file("initrd")
        baseDisk = directory.file("base.raw")
    }

    func plan(node: String, directory: TemporaryDirectory, diskSize: ByteCount? = nil) throws -> NodePlan {
        try TestPlans.plan(
            cluster: "launcher-test", node: node, uuid: .random(), memory: .mebibytes(128), baseDisk: baseDisk,
            kernel: kernel.kernel, initrd: initrd,
            commandLine: "console=ttyS0 quiet panic=-1 no_timer_check rdinit=/init",
            directory: directory.file("nodes/\(node)"), diskSize: diskSize)
    }

    private static func read(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }
}

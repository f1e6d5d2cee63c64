import Basics
import Launcher

/// Plans that differ from a plain one only in what a test is about.
enum TestPlans {
    static let uuid = DomainUUID(parsing: "11111111-2222-4333-8444-555555555501")!

    static func plan(
        cluster: String = "vc1", node: String = "n001", uuid: DomainUUID = uuid, memory: ByteCount = .mebibytes(256),
        vcpus: Int = 1, baseDisk: String = "/images/base.raw", kernel: String = "/images/vmlinuz",
        initrd: String? = "/images/initrd", commandLine: String = "root=/dev/vda rw console=ttyS0 quiet",
        directory: String = "/nodes/vc1/n001", diskSize: ByteCount? = nil
    ) throws -> NodePlan {
        try NodePlan(
            name: NodeName(cluster: cluster, node: node), uuid: uuid, memory: memory, vcpus: vcpus, baseDisk: baseDisk,
            kernel: kernel, initrd: initrd, commandLine: commandLine, directory: directory, diskSize: diskSize,
            mac: MACAddress(for: uuid))
    }
}

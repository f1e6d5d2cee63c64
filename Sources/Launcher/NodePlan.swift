public import Basics

/// Everything the hypervisor needs to start one node. A value; whoever holds two equal plans starts equal domains.
public struct NodePlan: Hashable, Sendable {
    public let name: NodeName
    public let uuid: DomainUUID
    public let memory: ByteCount
    public let vcpus: Int
    /// The assembled raw disk of the image, shared by all its nodes on this host and never written.
    public let baseDisk: String
    public let kernel: String
    public let initrd: String?
    public let commandLine: String
    /// Where the files of this node lie; see ``NodeFiles``.
    public let directory: String
    /// The size the guest sees, at least that of ``baseDisk``; nil means the same.
    public let diskSize: ByteCount?
    public let mac: MACAddress
    public let network: NodeNetwork

    /// Checks everything that does not need the file system: paths are absolute and printable, sizes within
    /// ``LauncherLimits``, the command line one line.
    public init(
        name: NodeName, uuid: DomainUUID, memory: ByteCount, vcpus: Int, baseDisk: String, kernel: String,
        initrd: String?, commandLine: String, directory: String, diskSize: ByteCount? = nil, mac: MACAddress,
        network: NodeNetwork = .user
    ) throws(SkeinError) {
        self.name = name
        self.uuid = uuid
        self.memory = memory
        self.vcpus = vcpus
        self.baseDisk = baseDisk
        self.kernel = kernel
        self.initrd = initrd
        self.commandLine = commandLine
        self.directory = directory
        self.diskSize = diskSize
        self.mac = mac
        self.network = network
        try check()
    }

    public var files: NodeFiles { NodeFiles(directory: directory) }

    private func check() throws(SkeinError) {
        let paths = [("disk", baseDisk), ("kernel", kernel), ("directory", directory)]
        for (what, path) in paths + (initrd.map { [("initrd", $0)] } ?? []) {
            guard path.hasPrefix("/"), path.utf8.count <= LauncherLimits.pathBytes, NodePlan.isPrintable(path) else {
                throw refused("the \(what) path '\(path.prefix(80))' is not an absolute printable path")
            }
        }
        guard LauncherLimits.nodeMemory.contains(memory) else {
            let range = LauncherLimits.nodeMemory
            throw refused("memory \(memory) is not between \(range.lowerBound) and \(range.upperBound)")
        }
        guard (1...LauncherLimits.vcpus).contains(vcpus) else {
            throw refused("\(vcpus) vcpus are not between 1 and \(LauncherLimits.vcpus)")
        }
        guard commandLine.utf8.count <= LauncherLimits.commandLineBytes, NodePlan.isPrintable(commandLine) else {
            throw refused("the kernel command line is longer than 2047 bytes or holds control characters")
        }
        if let diskSize, !(0...FormatLimits.partBytes).contains(diskSize.bytes) {
            throw refused("a disk of \(diskSize) is impossible")
        }
    }

    private func refused(_ cause: String) -> SkeinError {
        SkeinError(.usage, doing: "planning \(name)", cause: cause)
    }

    /// XML can carry no control characters, not even escaped.
    private static func isPrintable(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy {
            $0.value >= 0x20 && $0.value != 0x7F && $0.value != 0xFFFE && $0.value != 0xFFFF
        }
    }
}

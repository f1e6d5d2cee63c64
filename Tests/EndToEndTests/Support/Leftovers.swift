import Foundation
import Lab

/// What Skein could leave on a machine, found by looking at the machine and not by asking Skein.
enum Leftovers {
    /// A running virtual machine.
    struct Guest: Hashable, Sendable {
        let process: Int32
        /// The inode of its network namespace.
        let network: UInt64
        /// With the names of its files.
        let commandLine: String
    }

    /// The virtual machines whose files lie below a directory.
    ///
    /// Not the machine without a name that libvirt runs for a second to ask QEMU what it can do: a peer that has
    /// just started has one.
    static func guests(below directory: String) -> [Guest] {
        machines(below: directory).filter { $0.commandLine.contains(" -name guest=") }
    }

    /// All processes of QEMU whose files lie below a directory.
    private static func machines(below directory: String) -> [Guest] {
        TestFiles.entries("/proc").compactMap { Int32($0) }.compactMap { process in
            guard TestFiles.text("/proc/\(process)/comm").hasPrefix("qemu-system") else { return nil }
            let line = TestFiles.text("/proc/\(process)/cmdline").replacing("\0", with: " ")
            guard line.contains("\(directory)/"), let network = inode("/proc/\(process)/ns/net") else { return nil }
            return Guest(process: process, network: network, commandLine: line)
        }
    }

    static func guests(of lab: TestLab) -> [Guest] { guests(below: "\(lab.run.paths.dataRoot)/\(lab.name)") }

    static func network(of host: LabStatus.Host) -> UInt64? { inode("/run/netns/\(host.namespace)") }

    /// Node directories, overlays, seeds and sockets that are left on a host.
    static func nodeFiles(_ lab: TestLab, _ host: String) -> [String] {
        TestFiles.entries("\(lab.data(host))/nodes").flatMap { cluster in
            let directory = "\(lab.data(host))/nodes/\(cluster)"
            return TestFiles.entries(directory).map { "\(directory)/\($0)" } + [directory]
        }
    }

    /// What an interrupted build could leave: processes of a build, mounts, loop devices, directories.
    static func ofBuilds(_ lab: TestLab, _ host: String) -> [String] {
        let build = "\(lab.data(host))/build"
        var left = TestFiles.entries(build).filter { $0.hasPrefix("half-") || $0.hasPrefix("built-") }
            .map { "directory \(build)/\($0)" }
        left += loops(below: build)
        left += mounts(below: build)
        for process in TestFiles.entries("/proc").compactMap({ Int32($0) }) {
            let line = TestFiles.text("/proc/\(process)/cmdline")
            if line.contains("\(build)/half-") {
                left.append("process \(process) \(line.replacing("\0", with: " ").prefix(120))")
            }
        }
        return left
    }

    /// What a lab could leave after it was taken away.
    static func ofLab(_ lab: TestLab) -> [String] {
        let data = "\(lab.run.paths.dataRoot)/\(lab.name)"
        let state = "\(lab.run.paths.stateRoot)/\(lab.name)"
        var left = [data, state].filter { FileManager.default.fileExists(atPath: $0) }
        left += TestFiles.entries("/run/netns").filter { $0.contains(lab.status.id) }
        left += loops(below: data) + mounts(below: data) + machines(below: data).map { "guest \($0.process)" }
        return left
    }

    private static func loops(below directory: String) -> [String] {
        TestFiles.entries("/sys/block").filter { $0.hasPrefix("loop") }.compactMap { name in
            let file = TestFiles.text("/sys/block/\(name)/loop/backing_file")
            return file.hasPrefix("\(directory)/") ? "/dev/\(name) on \(file)" : nil
        }
    }

    /// In any mount namespace: a peer's mounts are not seen in ours.
    private static func mounts(below directory: String) -> [String] {
        var found: Set<String> = []
        for process in TestFiles.entries("/proc").compactMap({ Int32($0) }) {
            for line in TestFiles.text("/proc/\(process)/mounts").split(separator: "\n") {
                if line.contains(" \(directory)/") { found.insert("mount \(line)") }
            }
        }
        return found.sorted()
    }

    /// Of a namespace: the file of a name is the namespace itself, that of a process a link like `net:[4026531840]`.
    private static func inode(_ path: String) -> UInt64? {
        if let link = try? FileManager.default.destinationOfSymbolicLink(atPath: path) {
            return UInt64(link.filter(\.isNumber))
        }
        let number = (try? FileManager.default.attributesOfItem(atPath: path))?[.systemFileNumber]
        // Which type of number it is differs between versions of Foundation.
        return number.flatMap { UInt64("\($0)") }
    }
}

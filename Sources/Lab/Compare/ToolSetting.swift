/// Where a tool works: the hosts of a raised network and the images that lie at their sources.
package struct ToolSetting: Sendable {
    package struct Host: Sendable, Hashable {
        package let name: String
        package let address: String
        /// Where its copies go.
        package let directory: String

        package init(name: String, address: String, directory: String) {
            self.name = name
            self.address = address
            self.directory = directory
        }
    }

    package struct Image: Sendable, Hashable {
        package let number: Int
        package let name: String
        /// `IMAGE.raw` in ``ToolSetting/images``.
        package let file: String
        package let bytes: Int64
        /// Places in the hosts.
        package let sources: [Int]

        package init(number: Int, name: String, file: String, bytes: Int64, sources: [Int]) {
            self.number = number
            self.name = name
            self.file = file
            self.bytes = bytes
            self.sources = sources
        }
    }

    package let topology: Topology
    package let hosts: [Host]
    package let images: [Image]
    /// Holds the images alone.
    package let imageDirectory: String
    /// Holds what the processes share: the gate, torrents, configuration.
    package let directory: String

    package init(
        topology: Topology, hosts: [Host], images: [Image], imageDirectory: String, directory: String
    ) {
        self.topology = topology
        self.hosts = hosts
        self.images = images
        self.imageDirectory = imageDirectory
        self.directory = directory
    }

    /// Hosts that shall get an image.
    package func targets(_ image: Image) -> [Int] { hosts.indices.filter { !image.sources.contains($0) } }

    func copy(_ image: Image, at host: Int) -> String { "\(hosts[host].directory)/\(image.name).raw" }
    /// Holds the moment at which a copy was whole, in seconds since 1970; there once it is.
    func done(_ image: Image, at host: Int) -> String { "\(hosts[host].directory)/\(image.name).done" }
    /// There once a process waits at the gate.
    func ready(_ job: ToolJob) -> String { "\(hosts[job.host].directory)/\(job.name).ready" }
    /// A pipe that nobody writes to: when the measured time begins, every reader gets its end.
    var gate: String { "\(directory)/gate" }
    func torrent(_ image: Image) -> String { "\(directory)/\(image.name).torrent" }

    /// A line of `sh` that notes the moment, when the copy is as long as the image.
    func noteDone(_ image: Image, at host: Int) -> String {
        let (copy, done) = (Shell.quoted(copy(image, at: host)), Shell.quoted(done(image, at: host)))
        let new = Shell.quoted(self.done(image, at: host) + ".new")
        return "[ \"$(stat -c %s \(copy))\" = \(image.bytes) ] && date +%s.%N >\(new) && mv \(new) \(done)"
    }

    /// What the shell of a process runs.
    package func script(_ job: ToolJob) -> String {
        switch job.start {
        case .free, .waitsItself: job.script
        case .gated:
            "exec 3<\(Shell.quoted(gate)); : >\(Shell.quoted(ready(job))); read -r _ <&3; exec 3<&-; \(job.script)"
        }
    }
}

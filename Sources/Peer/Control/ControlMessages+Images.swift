/// One image as `skein image ls` shows it.
public struct ImageRow: Codable, Sendable {
    public var image: String
    public var name: String
    public var version: Int64
    /// Bytes of the disk, zeros included.
    public var diskBytes: Int64
    /// Bytes of the distinct chunks as stored.
    public var storedBytes: Int64
    public var chunks: Int
    /// Distinct chunks of it that this peer holds.
    public var chunksHeld: Int
    /// Seconds since 1970.
    public var created: Int64
    public var recipe: String?
    public var parent: String?

    public init(
        image: String, name: String, version: Int64, diskBytes: Int64, storedBytes: Int64, chunks: Int,
        chunksHeld: Int, created: Int64, recipe: String?, parent: String?
    ) {
        self.image = image
        self.name = name
        self.version = version
        self.diskBytes = diskBytes
        self.storedBytes = storedBytes
        self.chunks = chunks
        self.chunksHeld = chunksHeld
        self.created = created
        self.recipe = recipe
        self.parent = parent
    }
}

/// One image in full.
public struct ImageDetail: Codable, Sendable {
    public struct Part: Codable, Sendable {
        public var name: String
        public var bytes: Int64
        public var chunks: Int

        public init(name: String, bytes: Int64, chunks: Int) {
            self.name = name
            self.bytes = bytes
            self.chunks = chunks
        }
    }

    public var row: ImageRow
    public var parts: [Part]
    public var commandLine: String
    public var architecture: String
    public var publisher: String
    public var namespace: String
    public var epoch: UInt32
    /// True when this peer may decrypt it.
    public var isReadable: Bool

    public init(
        row: ImageRow, parts: [Part], commandLine: String, architecture: String, publisher: String,
        namespace: String, epoch: UInt32, isReadable: Bool
    ) {
        self.row = row
        self.parts = parts
        self.commandLine = commandLine
        self.architecture = architecture
        self.publisher = publisher
        self.namespace = namespace
        self.epoch = epoch
        self.isReadable = isReadable
    }
}

/// Asks the peer to import a raw file that it can open itself.
public struct ImportRequest: Codable, Sendable {
    public var path: String
    public var name: String

    public init(path: String, name: String) {
        self.path = path
        self.name = name
    }
}

/// Asks the peer to write an image's disk as a raw file.
public struct ExportRequest: Codable, Sendable {
    public var image: String
    public var path: String

    public init(image: String, path: String) {
        self.image = image
        self.path = path
    }
}

/// Asks the peer to install an image at other hosts without starting anything.
public struct PushRequest: Codable, Sendable {
    public var image: String
    /// Host names; empty for all that are alive.
    public var hosts: [String]
    /// What it may take of each host's link; nil: everything, beside others.
    public var transfer: TransferRequest?

    public init(image: String, hosts: [String], transfer: TransferRequest? = nil) {
        self.image = image
        self.hosts = hosts
        self.transfer = transfer
    }
}

/// Asks the peer to re-hash an image, or everything when `image` is nil.
public struct VerifyRequest: Codable, Sendable {
    public var image: String?

    public init(image: String?) { self.image = image }
}

/// What a transfer did.
public struct TransferReport: Codable, Sendable {
    public struct Host: Codable, Sendable {
        public var host: String
        public var seconds: Double?
        public var bytes: Int64
        public var chunks: Int64
        public var reason: String?

        public init(host: String, seconds: Double?, bytes: Int64, chunks: Int64, reason: String? = nil) {
            self.host = host
            self.seconds = seconds
            self.bytes = bytes
            self.chunks = chunks
            self.reason = reason
        }
    }

    public var image: String
    public var hosts: [Host]

    public init(image: String, hosts: [Host]) {
        self.image = image
        self.hosts = hosts
    }
}

public import Basics

/// The bodies of the local control API (JSON; long operations answer with one ``ControlEvent`` a line).
///
/// | method and path | body | answer |
/// |---|---|---|
/// | GET /v1/status | | ``PeerStatus`` |
/// | GET /v1/peers | | [``PeerRow``] |
/// | GET /v1/sites | | ``SitesReport`` |
/// | GET /v1/links | | [``LinkRow``] |
/// | GET /v1/membership?since=NANOSECONDS | | ``MembershipReport`` |
/// | GET /v1/transfers?chunks=1 | | [``TransferRow``] |
/// | GET /v1/flow?image=REF | | ``FlowReport`` |
/// | GET /v1/nodes?cluster=NAME | | ``NodeList`` |
/// | POST /v1/clusters | ``UpRequest`` | events, the last with an ``UpReport`` |
/// | DELETE /v1/clusters/NAME | | events |
/// | GET /v1/logs?node=CLUSTER/NODE&follow=1 | | the console as text |
/// | GET /v1/images | | [``ImageRow``] |
/// | GET /v1/images/REF | | ``ImageDetail`` |
/// | POST /v1/images/build | ``UpRequest`` | events, the last with [``ImageRow``] |
/// | POST /v1/images/import | ``ImportRequest`` | events, the last with [``ImageRow``] |
/// | POST /v1/images/export | ``ExportRequest`` | events |
/// | POST /v1/images/push | ``PushRequest`` | events, the last with a ``TransferReport`` |
/// | POST /v1/images/verify | ``VerifyRequest`` | events |
/// | DELETE /v1/images/REF | | events |
/// | GET /v1/doctor | | [``CheckRow``] |
///
/// An error answers with status 4xx or 5xx and an ``ErrorReport``. A client that closes the connection of a long
/// operation cancels it.
public enum ControlAPI {
    /// The version in every path.
    public static let version = "v1"
    /// The largest request body: cluster files carry their inlined sources.
    public static let maximumBodyBytes = 64 << 20
}

/// What a ``SkeinError`` looks like in JSON.
public struct ErrorReport: Codable, Sendable, Hashable {
    public var code: String
    public var doing: String
    public var cause: String
    public var next: String

    public init(_ error: SkeinError) {
        code = error.code.rawValue
        doing = error.doing
        cause = error.cause
        next = error.next
    }

    public var error: SkeinError {
        SkeinError(SkeinError.Code(rawValue: code) ?? .internal, doing: doing, cause: cause, next: next)
    }
}

/// The steps of long work, in the order of the timeline.
public enum Phase: String, Codable, Sendable, CaseIterable {
    case resolve, build, publish, transfer, assemble, boot, ready, stop, verify
}

/// One line of a long operation's answer.
public struct ControlEvent: Codable, Sendable {
    public enum Kind: String, Codable, Sendable {
        /// A phase moves on: `done` of `total`, of one host or of all when `host` is nil.
        case progress
        /// A sentence for people.
        case message
        /// A sentence for people about something that needs attention and does not stop the work.
        case warning
        /// The last line of work that is done.
        case result
        /// The last line of work that failed.
        case failed
    }

    public enum Unit: String, Codable, Sendable {
        case bytes, nodes, steps, packages
    }

    public var kind: Kind
    /// Seconds since the operation began.
    public var at: Double
    public var phase: Phase?
    public var host: String?
    public var node: String?
    public var message: String?
    public var done: Int64?
    public var total: Int64?
    public var unit: Unit?
    public var up: UpReport?
    public var images: [ImageRow]?
    public var transfer: TransferReport?
    public var error: ErrorReport?

    public init(kind: Kind, at: Double, phase: Phase? = nil, message: String? = nil) {
        self.kind = kind
        self.at = at
        self.phase = phase
        self.message = message
    }
}

/// A cluster file together with the files it names, read by the client (the peer never opens a client's paths).
public struct UpRequest: Codable, Sendable {
    /// The text of the cluster file.
    public var file: String
    /// The name of the file, for messages.
    public var fileName: String
    /// What `source:` and `ssh_keys:` paths of the file hold: path as written to content.
    public var sources: [String: SourceFile]
    /// What its images may take of each host's link; nil: everything, beside others.
    public var transfer: TransferRequest?

    public init(
        file: String, fileName: String, sources: [String: SourceFile], transfer: TransferRequest? = nil
    ) {
        self.file = file
        self.fileName = fileName
        self.sources = sources
        self.transfer = transfer
    }
}

/// The content of one file, or of a tree when `entries` is set.
public struct SourceFile: Codable, Sendable {
    public struct Entry: Codable, Sendable {
        /// Relative to the source, with `/`, without `..`.
        public var path: String
        public var base64: String
        /// Permission bits.
        public var mode: UInt16

        public init(path: String, base64: String, mode: UInt16) {
            self.path = path
            self.base64 = base64
            self.mode = mode
        }
    }

    /// One entry with an empty path for a file; the files of a tree otherwise.
    public var entries: [Entry]
    public var isTree: Bool

    public init(entries: [Entry], isTree: Bool) {
        self.entries = entries
        self.isTree = isTree
    }
}

/// How a tool distributes a file: what is made before, which programs run where, and how one sees that they are done.
struct ToolPlan: Sendable, Hashable {
    /// How one sees that a program has begun its work.
    enum Readiness: Sendable, Hashable {
        case started
        case listensTCP(UInt16)
        case bindsUDP(UInt16)
        case file(String)
    }

    /// How one sees that a host's copy is whole.
    enum Completion: Sendable, Hashable {
        /// Its program ends with status 0.
        case exit
        /// A file appears; its time counts.
        case file(String)
    }

    struct Program: Sendable, Hashable {
        /// Place of the host on which it runs.
        var host: Int
        var arguments: [String]
        var readiness = Readiness.started
        /// Nil: nobody waits for it.
        var completion: Completion?
        /// False: it runs until it is ended.
        var endsByItself = true
    }

    struct TextFile: Sendable, Hashable {
        var path: String
        var text: String
        var isExecutable = false
    }

    var files: [TextFile] = []
    /// Command lines that run to their end, one after another, before anything else.
    var preparations: [[String]] = []
    /// Programs that wait, ready, when time begins to count.
    var standing: [Program] = []
    /// Programs that are started when time begins to count.
    var starting: [Program] = []
    /// What the standing programs get when time begins to count.
    var startSignal: Int32?
}

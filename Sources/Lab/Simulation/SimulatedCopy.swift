import Basics
import Pipeline

/// One image at one simulated host: the real ``Exchange``, and what a daemon's shell keeps around it.
final class SimulatedCopy {
    let host: Int
    let image: Int
    /// It holds the image from the start.
    let isSource: Bool
    var exchange: Exchange
    /// Subscriptions that this copy feeds, in the order in which they came.
    var feeds: [Int32] = []
    /// The subscription of each child of the exchange.
    var flowOfChild: [Int32] = []
    /// The subscriptions that feed this copy or are on their way to a parent, by parent.
    var parents: [PeerID: Int32] = [:]
    /// From whom to get it, once it is ordered.
    var fetchPlan: FetchPlan?
    /// Who takes part, as far as this host knows.
    var keeper: PlanKeeper?
    var echoes: EchoWatch?
    var capacity = CapacityWatch()
    /// Copies that this one fed or was fed by.
    var neighbours: Set<Int> = []
    var isOrdered = false
    var hasManifest: Bool
    /// Copies that wait for the manifest from here, with their attempts.
    var manifestWaiters: [(copy: Int32, attempt: Int32)] = []
    var manifestAttempt: Int32 = 0
    /// Flows whose subscriptions wait for the manifest.
    var earlyFlows: [Int32] = []
    /// The last chunks that came: a child that is close behind gets them without the disk.
    var recent: [Int32] = []
    /// Nothing waits to be stored any more, and the copy is being put together.
    var isFinishing = false
    var finishedAt: Int64?
    var failure: Exchange.Failure?
    /// Bytes of slices that came, and of those that were of no use.
    var receivedBytes: Int64 = 0
    /// Bytes of slices that were sent.
    var sentBytes: Int64 = 0
    var wastedBytes: Int64 = 0
    var storing = 0
    /// Every chunk is here, and durable.
    var isStored: Bool { exchange.held.isFull && storing == 0 }
    var lastArrival: Int64 = -1
    var lastSender: Int32 = -1
    var stalls: [SimulatedStall] = []

    init(host: Int, image: Int, exchange: Exchange, isSource: Bool) {
        self.host = host
        self.image = image
        self.exchange = exchange
        self.isSource = isSource
        hasManifest = isSource
    }

    func remember(_ index: Int) {
        if recent.count >= PipelineLimits.recentChunks { recent.removeFirst() }
        recent.append(Int32(index))
    }
}

/// A pause in the arrival of bytes that were lacking.
struct SimulatedStall {
    let at: Int64
    let duration: Int64
    /// The host that sent the last bytes before it.
    let parent: Int32
}

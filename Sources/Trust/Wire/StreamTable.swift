import Basics

/// Whose counters were seen: a bounded number of senders, and of streams of each. A stream is one boot under one epoch.
///
/// Finding, noting, adding and pushing out each take a time that does not grow with the table. Memory is taken when
/// the table grows and for the key of a new stream, never for one that is known.
struct StreamTable: Sendable {
    private struct Stream: Sendable {
        var sender: Int
        var epoch: UInt32
        var boot: BootID
        /// Nil at a free place, so that the key's memory is zeroed.
        var subkey: SecretBytes?
        var window: ReplayWindow
        /// The next stream of the same sender, used less lately.
        var next: Int?
    }

    private struct Sender: Sendable {
        var id: PeerID
        /// The stream that was used last; nil at a free place.
        var first: Int?
    }

    private let senderLimit: Int
    private let streamLimit: Int
    private var index: [PeerID: Int] = [:]
    private var senders: [Sender] = []
    private var streams: [Stream] = []
    private var freeSenders: [Int] = []
    private var freeStreams: [Int] = []
    private var recency = RecencyList()
    /// How many senders, and how many streams of remembered senders, made room for others.
    private(set) var senderEvictions: UInt64 = 0
    private(set) var streamEvictions: UInt64 = 0

    init(senderLimit: Int, streamLimit: Int) {
        self.senderLimit = max(1, senderLimit)
        self.streamLimit = max(1, streamLimit)
    }

    var senderCount: Int { index.count }
    var streamCount: Int { streams.count - freeStreams.count }

    /// The place of the stream that a datagram belongs to.
    func find(_ header: DatagramHeader) -> Int? {
        guard let sender = index[header.sender] else { return nil }
        var place = senders[sender].first
        while let here = place {
            if streams[here].epoch == header.epoch, streams[here].boot == header.boot { return here }
            place = streams[here].next
        }
        return nil
    }

    func isNew(_ counter: UInt64, at place: Int) -> Bool { streams[place].window.isNew(counter) }

    /// The key of the stream at a place that `find` gave.
    func subkey(at place: Int) -> SecretBytes {
        guard let subkey = streams[place].subkey else { preconditionFailure("no stream at a free place") }
        return subkey
    }

    /// Notes a counter after its datagram proved authentic.
    mutating func note(_ counter: UInt64, at place: Int) {
        streams[place].window.note(counter)
        let sender = streams[place].sender
        recency.touch(sender)
        guard senders[sender].first != place else { return }
        unlink(place)
        link(place)
    }

    /// Adds the stream of an authentic datagram that `find` did not find, and makes room for it where needed.
    mutating func add(_ header: DatagramHeader, subkey: SecretBytes) {
        let sender = index[header.sender] ?? addSender(header.sender)
        recency.touch(sender)
        makeRoom(for: sender)
        let stream = Stream(
            sender: sender, epoch: header.epoch, boot: header.boot, subkey: subkey,
            window: ReplayWindow(first: header.counter), next: nil)
        if let place = freeStreams.popLast() {
            streams[place] = stream
            link(place)
        } else {
            streams.append(stream)
            link(streams.count - 1)
        }
    }

    /// Forgets the streams of all epochs but those that are kept, and senders that are left with none.
    mutating func keep(where isKept: (UInt32) -> Bool) {
        for place in streams.indices where streams[place].subkey != nil && !isKept(streams[place].epoch) {
            let sender = streams[place].sender
            forget(place)
            if senders[sender].first == nil { forgetSender(sender) }
        }
    }

    private mutating func addSender(_ id: PeerID) -> Int {
        if index.count >= senderLimit, let oldest = recency.oldest {
            while let stream = senders[oldest].first { forget(stream) }
            forgetSender(oldest)
            senderEvictions += 1
        }
        let place = freeSenders.popLast() ?? senders.count
        if place == senders.count { senders.append(Sender(id: id)) } else { senders[place] = Sender(id: id) }
        index[id] = place
        recency.insert(place)
        return place
    }

    private mutating func forgetSender(_ place: Int) {
        index.removeValue(forKey: senders[place].id)
        recency.remove(place)
        freeSenders.append(place)
    }

    /// Pushes out the sender's longest unused stream when it has as many as it may.
    private mutating func makeRoom(for sender: Int) {
        var count = 0
        var last: Int?
        var place = senders[sender].first
        while let here = place {
            count += 1
            last = here
            place = streams[here].next
        }
        guard count >= streamLimit, let last else { return }
        forget(last)
        streamEvictions += 1
    }

    private mutating func forget(_ place: Int) {
        unlink(place)
        streams[place].subkey = nil
        freeStreams.append(place)
    }

    private mutating func link(_ place: Int) {
        let sender = streams[place].sender
        streams[place].next = senders[sender].first
        senders[sender].first = place
    }

    private mutating func unlink(_ place: Int) {
        let sender = streams[place].sender
        guard senders[sender].first != place else {
            senders[sender].first = streams[place].next
            return
        }
        var before = senders[sender].first
        while let here = before, streams[here].next != place { before = streams[here].next }
        if let before { streams[before].next = streams[place].next }
    }
}

import Gossip
import Metrics
import Trust

/// What gossip counts, for the metrics system of the program: totals since the start as counters, and who is present.
final class GossipMetrics {
    private struct Series {
        let counter: Counter
        let value: (GossipCounters, OpenerCounters) -> UInt64
        var published: UInt64 = 0
    }

    private var all: [Series]
    private let present = Gauge(label: "skein_gossip_present_peers")

    init() {
        func series(_ name: String, _ value: @escaping (GossipCounters, OpenerCounters) -> UInt64) -> Series {
            Series(counter: Counter(label: "skein_gossip_\(name)_total"), value: value)
        }
        all = [
            series("datagrams_received") { core, _ in core.datagramsReceived },
            series("datagrams_sent") { core, _ in core.datagramsSent },
            series("bytes_sent") { core, _ in core.bytesSent },
            series("streamed_messages") { core, _ in core.streamed },
            series("malformed_datagrams") { core, seal in core.malformedDatagrams + seal.malformed },
            series("forged_datagrams") { _, seal in seal.forged },
            series("replayed_datagrams") { _, seal in seal.replayed },
            series("unknown_epoch_datagrams") { _, seal in seal.unknownEpoch },
            series("rejected_records") { core, _ in core.rejectedRecords },
            series("malformed_records") { core, _ in core.malformedRecords },
            series("muted_records") { core, _ in core.mutedRecords },
            series("unknown_records") { core, _ in core.unknownRecords },
            series("withheld_answers") { core, _ in core.withheldAnswers },
            series("dropped") { core, _ in
                core.droppedVerifications + core.droppedParked + core.droppedMembers + core.droppedRecords
                    + core.droppedNews + core.droppedErrands
            },
            series("probes") { core, _ in core.probes },
            series("failed_probes") { core, _ in core.failedProbes },
            series("suspicions") { core, _ in core.suspicions },
            series("deaths") { core, _ in core.deaths },
            series("refutations") { core, _ in core.refutations },
            series("syncs") { core, _ in core.syncs },
        ]
    }

    func publish(_ core: GossipCounters, _ seal: OpenerCounters, present count: Int) {
        for index in all.indices {
            let value = all[index].value(core, seal)
            if value > all[index].published {
                all[index].counter.increment(by: Int64(clamping: value - all[index].published))
            }
            all[index].published = value
        }
        present.record(count)
    }
}

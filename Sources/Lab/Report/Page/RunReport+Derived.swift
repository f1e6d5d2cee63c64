/// Figures that follow from those of a report.
extension RunReport {
    /// Hosts that were to get the images.
    var targets: Int {
        let counted = hostsDetail.count { $0.fate != .source }
        return hostsDetail.isEmpty ? max(0, hosts - 1) : counted
    }

    /// Hosts with an identical copy, by the time of it.
    var finishTimes: [Double] { hostsDetail.compactMap(\.finish).filter(\.isFinite).sorted() }
    var boundTimes: [Double] { hostsDetail.compactMap(\.bound).filter(\.isFinite).sorted() }

    /// Seconds that the run took as far as it is known.
    var duration: Double? {
        guard let last = [finish?.last ?? 0, finishTimes.last ?? 0].max(), last > 0, last.isFinite else { return nil }
        return last
    }

    var isWhole: Bool { survivors > 0 && identical == survivors }

    /// Processor seconds for 10^9 bytes that arrived.
    var cpuPerGigabyte: Double? {
        let delivered = Double(storedBytes) * Double(identical) / 1e9
        return delivered > 0 ? cpu / delivered : nil
    }

    /// The last host's time over stored bytes by the declared rates, without headers.
    var nominalRatio: Double? {
        guard let last = finish?.last, let nominalBound, nominalBound > 0 else { return nil }
        return last / nominalBound
    }

    var kindSentence: String {
        switch kind {
        case .emulated: "real processes over an emulated network"
        case .simulated: "simulated in virtual time"
        }
    }
}

extension HostResult {
    var ratio: Double? {
        guard let finish, let bound, bound > 1e-9 else { return nil }
        return finish / bound
    }
}

extension HostResult.Fate {
    var word: String {
        switch self {
        case .source: "source"
        case .done: "done"
        case .unfinished: "unfinished"
        case .killed: "killed"
        case .stopped: "stopped"
        }
    }
}

/// A report comes out of a file, so its figures may be anything; drawings and sums want possible ones.
extension RunReport {
    /// Times that are longer than this many seconds, negative or no numbers are taken as unknown.
    private static let longestSeconds = 1e9
    /// Counts of bytes are taken as at most this, so that sums do not overflow.
    private static let mostBytes = Int64(1) << 50

    /// This report with impossible figures left out.
    var sane: RunReport {
        var report = self
        report.hosts = min(max(0, hosts), 1 << 40)
        report.survivors = min(max(0, survivors), 1 << 40)
        report.identical = min(max(0, identical), 1 << 40)
        report.imageBytes = Self.bytes(imageBytes)
        report.storedBytes = Self.bytes(storedBytes)
        report.maxResidentBytes = Self.bytes(maxResidentBytes)
        report.duplicateBytes = Self.bytes(duplicateBytes)
        report.bound = Self.time(bound)
        report.nominalBound = Self.time(nominalBound)
        report.goodputShare = Self.time(goodputShare)
        report.ratio = Self.time(ratio)
        report.originCopies = Self.time(originCopies)
        report.siteCrossings = Self.time(siteCrossings)
        report.busyShare = Self.time(busyShare)
        report.cpu = Self.time(cpu) ?? 0
        if let finish, [finish.first, finish.p50, finish.p99, finish.last].contains(where: { Self.time($0) == nil }) {
            report.finish = nil
        }
        for index in hostsDetail.indices {
            report.hostsDetail[index].finish = Self.time(hostsDetail[index].finish)
            report.hostsDetail[index].bound = Self.time(hostsDetail[index].bound)
            report.hostsDetail[index].receivedBytes = Self.bytes(hostsDetail[index].receivedBytes)
        }
        for index in links.indices {
            report.links[index].up = Self.bytes(links[index].up)
            report.links[index].down = Self.bytes(links[index].down)
        }
        for index in flows.indices { report.flows[index].bytes = Self.bytes(flows[index].bytes) }
        report.stalls = stalls.filter { Self.time($0.at) != nil && Self.time($0.seconds) != nil }
        report.runs = runs?.map(\.sane)
        if report.runs?.isEmpty == true { report.runs = nil }
        return report
    }

    private static func bytes(_ count: Int64) -> Int64 { min(max(0, count), mostBytes) }

    private static func time(_ seconds: Double?) -> Double? {
        guard let seconds, seconds.isFinite, seconds >= 0, seconds <= longestSeconds else { return nil }
        return seconds
    }
}

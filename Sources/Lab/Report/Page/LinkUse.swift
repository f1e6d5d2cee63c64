/// How much of what its declared rates allowed a link carried during a run.
struct LinkUse {
    let link: LinkBytes
    /// 0 to 1 (of segments that went together the headers count once, so a full link comes to about 0.95); nil: unshaped, or nothing was timed.
    let up: Double?
    let down: Double?

    init(_ link: LinkBytes, seconds: Double?) {
        self.link = link
        up = Self.share(link.up, link.upRate, seconds)
        down = Self.share(link.down, link.downRate, seconds)
    }

    var fullest: Double { max(up ?? 0, down ?? 0) }

    /// `lan/r0/h3: up 95 % (12 MiB of 100 Mbit/s), down …`.
    var sentence: String {
        "\(link.link): up \(Self.part(up, link.up, link.upRate)), down \(Self.part(down, link.down, link.downRate))"
    }

    private static func part(_ share: Double?, _ bytes: Int64, _ rate: Int64?) -> String {
        guard let share else { return "\(ReportFigures.bytes(bytes)) (\(ReportFigures.rate(rate)))" }
        return "\(ReportFigures.percent(share)) of \(ReportFigures.rate(rate)) (\(ReportFigures.bytes(bytes)))"
    }

    private static func share(_ bytes: Int64, _ rate: Int64?, _ seconds: Double?) -> Double? {
        guard let rate, rate > 0, let seconds, seconds > 0 else { return nil }
        return Double(bytes) * 8 / (Double(rate) * seconds)
    }
}

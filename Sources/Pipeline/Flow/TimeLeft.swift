/// How long something will take that goes on as it does now.
public enum TimeLeft {
    /// Seconds until so many bytes have come at a rate in bytes per second; nil when nobody can tell.
    public static func seconds(bytes: Int64, rate: Int64?) -> Double? {
        guard bytes > 0 else { return 0 }
        guard let rate, rate > 0 else { return nil }
        return Double(bytes) / Double(rate)
    }

    /// Seconds until the last of several is done; nil when that of one of them cannot be told.
    public static func last(of all: some Sequence<Double?>) -> Double? {
        var last = 0.0
        for seconds in all {
            guard let seconds else { return nil }
            last = max(last, seconds)
        }
        return last
    }
}

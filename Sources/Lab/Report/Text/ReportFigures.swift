import Basics

/// The figures of reports as people read them; what is not known is a dash.
enum ReportFigures {
    static let unknown = "–"

    /// Three or four significant digits: `0.123 s`, `11.42 s`, `123.4 s`.
    static func seconds(_ seconds: Double?) -> String {
        guard let seconds, seconds.isFinite else { return unknown }
        let digits = abs(seconds) < 1 ? 3 : abs(seconds) < 100 ? 2 : 1
        return "\(Fixed.text(seconds, digits)) s"
    }

    static func ratio(_ ratio: Double?) -> String {
        guard let ratio, ratio.isFinite else { return unknown }
        return Fixed.text(ratio, ratio < 20 ? 2 : 1)
    }

    static func percent(_ share: Double?, digits: Int = 0) -> String {
        guard let share, share.isFinite else { return unknown }
        return "\(Fixed.text(share * 100, digits)) %"
    }

    static func bytes(_ count: Int64) -> String { ByteCount(bytes: max(0, count)).description }

    static func rate(_ bitsPerSecond: Int64?) -> String {
        guard let bitsPerSecond else { return "unshaped" }
        var text = BitRate(bitsPerSecond: bitsPerSecond).description
        if let zero = text.firstRange(of: ".0 ") { text.replaceSubrange(zero, with: " ") }
        return text
    }

    static func count(_ number: Int, _ one: String, _ many: String) -> String {
        number == 1 ? "1 \(one)" : "\(number) \(many)"
    }

    /// `2026-03-01 14:05 UTC`, from seconds since 1970.
    static func date(_ unixSeconds: Double) -> String {
        guard unixSeconds.isFinite, unixSeconds > 0, unixSeconds < 253_402_300_800 else { return unknown }
        let seconds = Int(unixSeconds)
        let (year, month, day) = civil(days: seconds / 86_400)
        let minutes = seconds % 86_400 / 60
        return "\(year)-\(two(month))-\(two(day)) \(two(minutes / 60)):\(two(minutes % 60)) UTC"
    }

    /// The day of the Gregorian calendar that is so many days after 1970-01-01. Years begin in March here, so that the
    /// leap day is the last of its year.
    private static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let march = (5 * dayOfYear + 2) / 153
        let month = march < 10 ? march + 3 : march - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * march + 2) / 5 + 1)
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

import Basics
import Foundation

/// Numbers as people read them.
enum Figures {
    /// `4.2 s`, `87 s`, `12 min 03 s`, `3 h 20 min`.
    static func seconds(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "-" }
        if seconds < 10 { return "\(fixed(seconds, 1)) s" }
        let whole = Int(seconds.rounded())
        if whole < 120 { return "\(whole) s" }
        if whole < 7200 { return "\(whole / 60) min \(twoDigits(whole % 60)) s" }
        if whole < 172_800 { return "\(whole / 3600) h \(twoDigits(whole % 3600 / 60)) min" }
        return "\(whole / 86_400) d \(whole % 86_400 / 3600) h"
    }

    static func bytes(_ count: Int64) -> String { ByteCount(bytes: max(0, count)).description }

    static func bytesPerSecond(_ rate: Double) -> String {
        guard rate.isFinite, rate >= 0, rate < 1e18 else { return "-" }
        return "\(ByteCount(bytes: Int64(rate)).description)/s"
    }

    static func percent(_ done: Int64, of total: Int64) -> String {
        guard total > 0 else { return "100 %" }
        return "\(Int(Double(max(0, min(done, total))) / Double(total) * 100)) %"
    }

    /// Bytes per second as megabits, without the unit: `38.2`.
    static func megabits(_ bytesPerSecond: Int64) -> String { fixed(Double(max(0, bytesPerSecond)) * 8 / 1e6, 1) }

    /// `12 s left`; empty when nobody can tell.
    static func left(_ seconds: Double?) -> String { seconds.map { "\(self.seconds($0)) left" } ?? "" }

    /// The name of an image with the beginning of its ImageID.
    static func image(_ name: String?, _ image: String) -> String {
        let short = image.prefix(12)
        return name.map { "\($0) (\(short))" } ?? String(short)
    }

    static func mebibytes(_ count: Int64) -> String {
        // Hostile counts must not trap: the shift back to bytes is checked.
        let (bytes, overflow) = count.multipliedReportingOverflow(by: 1 << 20)
        return overflow ? "-" : self.bytes(bytes)
    }

    /// `2026-03-01 14:05`, in UTC.
    static func date(unixSeconds: Int64) -> String {
        guard (0...253_402_300_799).contains(unixSeconds) else { return "-" }
        let style = Date.ISO8601FormatStyle(timeZone: .gmt).year().month().day().time(includingFractionalSeconds: false)
        let text = Date(timeIntervalSince1970: Double(unixSeconds)).formatted(style)
        return String(text.replacing("T", with: " ").prefix(16))
    }

    /// Megabits a second with the error of the forecast: `94 ±3 %`, `9.4`; empty when unknown.
    static func forecast(_ bitsPerSecond: Int64?, _ errorPercent: Int?) -> String {
        guard let bitsPerSecond else { return "" }
        let rate = Double(bitsPerSecond) / 1e6
        return fixed(rate, rate < 10 ? 1 : 0) + (errorPercent.map { " ±\($0) %" } ?? "")
    }

    /// `0.4 ms`.
    static func milliseconds(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e6 else { return "-" }
        return "\(fixed(seconds * 1000, 1)) ms"
    }

    static func fixed(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

    private static func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}

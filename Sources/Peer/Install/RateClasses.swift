package import Basics

/// Rates that lie close together, each class with its median: measurements differ by chance, and plans should not.
package struct RateClasses: Sendable {
    /// The lowest rate of each class and its median, in bytes per second, ascending.
    private var classes: [(least: Int, median: Int)] = []
    /// The median of all that are known; nil when none is.
    package private(set) var usual: Int?

    /// The largest rate of a class is at most so many hundredths of the least.
    private static let width = 115

    package init(_ rates: [BitRate?]) {
        let sorted = rates.compactMap { $0.map { Int($0.bitsPerSecond / 8) } }.filter { $0 > 0 }.sorted()
        guard !sorted.isEmpty else { return }
        usual = sorted[sorted.count / 2]
        var first = 0
        while first < sorted.count {
            let end = sorted[first...].firstIndex { $0 > sorted[first] / 100 * Self.width } ?? sorted.count
            classes.append((sorted[first], sorted[(first + end) / 2]))
            first = end
        }
    }

    /// What is planned with; nil when the rate is not known.
    package func rate(of rate: BitRate?) -> Int? {
        guard let rate else { return nil }
        let bytes = Int(rate.bitsPerSecond / 8)
        return classes.last { $0.least <= bytes }?.median ?? bytes
    }
}

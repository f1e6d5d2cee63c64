/// Logarithms good enough for timeouts, without the C library: exact at powers of two, linear between them.
enum Logarithm {
    static func base2(_ value: Int) -> Double {
        guard value > 1 else { return 0 }
        let whole = Int.bitWidth - 1 - value.leadingZeroBitCount
        return Double(whole) + Double(value - (1 << whole)) / Double(1 << whole)
    }
}

/// Numbers with a fixed number of decimals, without Foundation.
enum Fixed {
    static func text(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "–" }
        let factor = (0..<digits).reduce(1) { product, _ in product * 10 }
        let scaled = Int64((value * Double(factor)).rounded())
        let sign = scaled < 0 ? "-" : ""
        let whole = "\(sign)\(abs(scaled) / Int64(factor))"
        guard digits > 0 else { return whole }
        let rest = "\(abs(scaled) % Int64(factor))"
        return whole + "." + String(repeating: "0", count: digits - rest.count) + rest
    }
}

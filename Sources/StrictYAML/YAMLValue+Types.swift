public import Basics

extension YAMLValue {
    /// The value as a mapping; `what` names the thing in errors: "a cluster file", "roles.compute".
    public func mapping(_ what: String) throws(SkeinError) -> YAMLMapping {
        guard case .mapping(let entries) = content else {
            throw failure("\(what) must be a mapping (key: value), not \(kind)")
        }
        return YAMLMapping(value: self, what: what, entries: entries)
    }

    /// The value as a list of at most `limit` items.
    public func list(_ what: String, limit: Int) throws(SkeinError) -> [YAMLValue] {
        guard case .list(let items) = content else { throw failure("\(what) must be a list, not \(kind)") }
        guard items.count <= limit else {
            throw failure("\(what) has \(items.count) items; at most \(limit) are possible")
        }
        return items
    }

    /// The value as text of at most `limit` bytes; a number written without quotes is text as well.
    public func string(_ what: String, limit: Int = 4096) throws(SkeinError) -> String {
        guard case .scalar(let text, _) = content, !isNull else {
            throw failure("\(what) must be text, not \(kind)")
        }
        guard text.utf8.count <= limit else {
            throw failure("\(what) has \(text.utf8.count) bytes; at most \(limit) are possible")
        }
        return text
    }

    public func int(_ what: String, in range: ClosedRange<Int> = Int.min...Int.max) throws(SkeinError) -> Int {
        let text = try word(what, "a whole number")
        guard let number = Int(text), !text.hasPrefix("+") else {
            throw failure("\(what) must be a whole number, not \(kind)")
        }
        guard range.contains(number) else {
            throw failure(outside(what, text, "\(range.lowerBound)", range.upperBound))
        }
        return number
    }

    public func bool(_ what: String) throws(SkeinError) -> Bool {
        switch try word(what, "true or false") {
        case "true": return true
        case "false": return false
        default: throw failure("\(what) must be true or false, not \(kind)")
        }
    }

    /// A size: `512MiB`, `4GiB`, `64KiB`, `100B`.
    public func byteCount(
        _ what: String, in range: ClosedRange<ByteCount> = ByteCount(bytes: 0)...ByteCount(bytes: .max)
    ) throws(SkeinError) -> ByteCount {
        let text = try word(what, "a size such as 512MiB")
        guard let size = ByteCount(parsing: text) else {
            throw failure("\(what) must be a size such as 512MiB, not \(kind)", next: "units: KiB, MiB, GiB, TiB, B")
        }
        guard range.contains(size) else { throw failure(outside(what, text, "\(range.lowerBound)", range.upperBound)) }
        return size
    }

    /// A rate above zero: `100Mbit`, `10kbit`, `1Gbit`.
    public func bitRate(_ what: String) throws(SkeinError) -> BitRate {
        let text = try word(what, "a rate such as 100Mbit")
        guard let rate = BitRate(parsing: text) else {
            throw failure(
                "\(what) must be a rate above zero such as 100Mbit, not \(kind)", next: "units: kbit, Mbit, Gbit")
        }
        return rate
    }

    /// A time span: `20ms`, `4s`, `1.5h`, with the units us, ms, s, m, h and d.
    public func duration(_ what: String) throws(SkeinError) -> Duration {
        let text = try word(what, "a time such as 20ms")
        let units: [(suffix: String, nanoseconds: Double)] = [
            ("us", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 6e10), ("h", 3.6e12), ("d", 8.64e13),
        ]
        for unit in units where text.hasSuffix(unit.suffix) {
            guard let number = YAMLValue.decimal(text.dropLast(unit.suffix.count)) else { continue }
            let nanoseconds = (number * unit.nanoseconds).rounded()
            // Half of what 64 bits hold, so that sums of two spans cannot overflow.
            guard nanoseconds < Double(Int64.max / 2) else { throw failure("\(what) is too long: \(text)") }
            return .nanoseconds(Int64(nanoseconds))
        }
        throw failure("\(what) must be a time such as 20ms, 4s or 2h, not \(kind)", next: "units: us, ms, s, m, h, d")
    }

    /// A share of the whole: `5%` is 0.05; between 0 and 100 %.
    public func percent(_ what: String) throws(SkeinError) -> Double {
        let text = try word(what, "a share such as 5%")
        guard text.hasSuffix("%"), let number = YAMLValue.decimal(text.dropLast()) else {
            throw failure("\(what) must be a share such as 5%, not \(kind)")
        }
        guard number <= 100 else { throw failure("\(what) must be between 0% and 100%, not \(text)") }
        return number / 100
    }

    /// One of some words.
    public func choice<Choice: RawRepresentable & CaseIterable>(
        _ what: String, of type: Choice.Type = Choice.self
    ) throws(SkeinError) -> Choice where Choice.RawValue == String {
        let text = try string(what)
        let words = Choice.allCases.map(\.rawValue)
        guard let choice = Choice(rawValue: text) else {
            throw failure(
                "\(what) must be one of \(words.joined(separator: ", ")), not \(kind)",
                next: Spelling.nearest(to: text, among: words).map { "did you mean \"\($0)\"?" } ?? "")
        }
        return choice
    }

    /// The text of a scalar that stands for something else than text.
    private func word(_ what: String, _ expected: String) throws(SkeinError) -> String {
        guard case .scalar(let text, _) = content, !isNull, text.utf8.count <= YAMLLimits.quotedBytes else {
            throw failure("\(what) must be \(expected), not \(kind)")
        }
        return text
    }

    private func outside(_ what: String, _ text: String, _ low: String, _ high: some CustomStringConvertible) -> String
    {
        "\(what) must be between \(low) and \(high), not \(text)"
    }

    /// `12` or `1.5`, without sign or exponent; nil for anything else.
    private static func decimal(_ text: Substring) -> Double? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let isNumber = parts.allSatisfy { part in
            !part.isEmpty && part.utf8.count <= 15
                && part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        }
        return isNumber && !parts.isEmpty ? Double(text) : nil
    }
}

import Basics

/// Writes the datagrams of one answer, one at a time.
struct AnswerWriter {
    private let limit: Int
    private var open: DatagramWriter?
    /// How many were ended.
    private(set) var sent = 0

    init(limit: Int) { self.limit = limit }

    /// Begins a datagram unless one is open.
    mutating func begin(_ outputs: inout Membership.Outputs) {
        guard open == nil else { return }
        open = DatagramWriter(.answer, limit: limit, &outputs) { $0.append(0) }
    }

    mutating func add(_ claim: Claim, _ outputs: inout Membership.Outputs) -> Bool {
        open?.add(claim, &outputs) ?? false
    }

    mutating func add(record: StoredRecord, _ outputs: inout Membership.Outputs) -> Bool {
        open?.add(record: record.bytes, &outputs) ?? false
    }

    /// Says in the open datagram that there would have been more.
    func markMore(_ outputs: inout Membership.Outputs) {
        if let open { DatagramWriter.markMore(at: open.finish(outputs), &outputs) }
    }

    /// Ends the open datagram, which is to be sent.
    mutating func end() -> DatagramWriter? {
        guard let full = open else { return nil }
        open = nil
        sent += 1
        return full
    }
}

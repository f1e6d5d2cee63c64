package import Basics

/// What became of one order of a bundle: events on the way back to who gave it.
package struct OrderNews: Sendable {
    package enum State: Sendable {
        case moved(InstallProgress)
        case done(InstallOutcome)
        case failed(SkeinError)

        /// Nothing more comes of this target.
        package var isEnd: Bool { if case .moved = self { false } else { true } }
    }

    /// The order's place in the bundle.
    package let place: Int
    package let state: State

    package init(place: Int, state: State) {
        self.place = place
        self.state = state
    }

    /// News of several orders, as one event. None at all says that who passed on the orders is there.
    package static func encode(_ news: [OrderNews]) -> [UInt8] {
        var writer = ByteWriter(capacity: news.count * 32)
        for one in news {
            writer.write(UInt16(one.place))
            switch one.state {
            case .moved(let progress):
                writer.write(UInt8(progress.isAssembling ? 1 : 0))
                writer.write(UInt64(clamping: progress.bytes))
                writer.write(UInt64(clamping: progress.total))
            case .done(let outcome):
                writer.write(UInt8(2))
                writer.write(UInt64(clamping: outcome.bytes))
                writer.write(UInt64(clamping: outcome.chunks))
                writer.write(UInt64(clamping: Int64(outcome.seconds * 1e6)))
            case .failed(let error):
                writer.write(UInt8(3))
                writer.write(field16: ErrorBody.encode(short(error)))
            }
        }
        return writer.bytes
    }

    /// All targets of a branch may fail at once: their reasons have to fit one answer.
    private static func short(_ error: SkeinError) -> SkeinError {
        func cut(_ text: String) -> String { String(decoding: text.utf8.prefix(errorTextBytes), as: UTF8.self) }
        return SkeinError(error.code, doing: cut(error.doing), cause: cut(error.cause), next: cut(error.next))
    }

    private static let errorTextBytes = 200
    /// Code and three such texts.
    private static let errorBytes = 1 << 10

    /// - Parameter limit: the most news that are read.
    package static func decode(_ bytes: [UInt8], limit: Int = 65_536) throws(DecodeError) -> [OrderNews] {
        var reader = ByteReader(bytes)
        var news: [OrderNews] = []
        func count() throws(DecodeError) -> Int64 {
            let value = try reader.readUInt64()
            guard value <= 1 << 60 else { throw .outOfRange("a count") }
            return Int64(value)
        }
        while reader.remaining > 0 {
            guard news.count < limit else { throw .outOfRange("news of orders") }
            let place = Int(try reader.readUInt16())
            let state: State
            switch try reader.readUInt8() {
            case let kind where kind <= 1:
                state = .moved(InstallProgress(bytes: try count(), total: try count(), isAssembling: kind == 1))
            case 2:
                let (bytes, chunks) = (try count(), try count())
                state = .done(InstallOutcome(bytes: bytes, chunks: chunks, seconds: Double(try count()) / 1e6))
            case 3: state = .failed(ErrorBody.decode(try reader.readField16(limit: errorBytes)))
            default: throw .malformed("news of an order")
            }
            news.append(OrderNews(place: place, state: state))
        }
        return news
    }
}

import Basics
import Pipeline
import Testing

extension Exchange {
    /// A child that is not one too many.
    mutating func newChild(_ want: Want, credit: Int) throws -> ChildID {
        let child = addChild(want, credit: credit)
        return try #require(child)
    }

    /// What can be sent to one child now; what is asked of the store is there at once.
    mutating func drain(_ child: ChildID) -> [Send] {
        var sent: [Send] = []
        while let (_, next) = next({ $0 == child }) {
            if case .load(let index) = next {
                loaded(index, for: child, isGood: true)
            } else {
                sent.append(next)
            }
        }
        return sent
    }

    /// The bytes of slices among what can be sent to one child now.
    mutating func drainBytes(_ child: ChildID) -> Int {
        drain(child).reduce(0) { sum, send in
            if case .slice(_, _, let bytes) = send { sum + bytes } else { sum }
        }
    }

    /// A whole chunk arrives from a parent.
    mutating func receive(_ index: Int, from parent: PeerID = peer(9)) -> Beginning {
        let beginning = begin(chunk: index)
        guard beginning == .taken else { return beginning }
        for slice in 0..<slices(of: index) { _ = arrive(chunk: index, slice: slice, from: parent, now: .origin) }
        return beginning
    }
}

extension Want {
    /// All chunks of an image.
    static func all(_ count: Int, lanes: Int = 1) -> Want {
        Want(chunks: Bitmap(count: count, filled: true), lanes: lanes)
    }
}

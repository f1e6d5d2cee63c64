import Basics
import Pipeline
import Testing

@Suite struct FeedQueueTests {
    @Test func sendsHeldChunksInOrderThenTheArrivingOneAndEachOnce() {
        var lacking = Bitmap(count: 6, filled: true)
        lacking[1] = false
        var queue = FeedQueue(lacking: lacking)
        var held = Bitmap(count: 6)
        held[0] = true
        held[1] = true
        held[2] = true
        #expect(queue.next(held: held, arriving: 3) == .held(0))
        #expect(queue.next(held: held, arriving: 3) == .held(2))
        #expect(queue.next(held: held, arriving: 3) == .arriving(3))
        #expect(queue.next(held: held, arriving: 3) == nil)
        held[3] = true
        #expect(queue.next(held: held, arriving: 4) == .arriving(4))
        queue.restore(4)
        #expect(queue.count == 2)
        held[4] = true
        #expect(queue.next(held: held, arriving: nil) == .held(4))
    }
}
